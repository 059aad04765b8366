// onefrontend restore: a backup becomes this front-end.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/terminal.hpp"
#include "frontend/config.hpp"

#include <string>

namespace onefrontend::cli {

struct RestoreWish {
    std::string file{};  // "-": standard input
    std::string key{};   // a PEM file, for one that is encrypted
    bool replace = false;
    bool go_on = false;
};

one::Result<Exit> run_restore(const RestoreWish& wish, const Config& config, Terminal& terminal);

}  // namespace onefrontend::cli
