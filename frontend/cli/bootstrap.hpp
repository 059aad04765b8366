// onefrontend bootstrap: database, schema, passwords; then oned, in the same process.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/terminal.hpp"
#include "frontend/config.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend::cli {

struct BootstrapWish {
    std::string settings_file{};  // empty: the default one, where it is there
    std::string role = "oned";
    bool only_look = false;    // what it would do to the schema
    bool after_start = false;  // what only a running oned can be told
    std::chrono::seconds patience{300};
    std::vector<std::string> command{};  // becomes this, and holds the volume's lock meanwhile
};

one::Result<Exit> run_bootstrap(const BootstrapWish& wish, const Config& config, Terminal& terminal);

}  // namespace onefrontend::cli
