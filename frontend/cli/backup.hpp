// onefrontend backup: all that a lost front-end is made from again, in one file.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/terminal.hpp"
#include "frontend/config.hpp"

#include <string>

namespace onefrontend::cli {

struct BackupWish {
    std::string file{};          // "-": standard output
    std::string certificates{};  // a PEM file; empty: not encrypted
};

one::Result<Exit> run_backup(const BackupWish& wish, const Config& config, Terminal& terminal);

}  // namespace onefrontend::cli
