// onefrontend configure: one YAML file -> every configuration file of an OpenNebula front-end.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/terminal.hpp"

#include <string>

namespace onefrontend::cli {

struct ConfigureWish {
    std::string settings_file = "/etc/onefrontend/settings.yaml";
    std::string root{};  // empty: /
    std::string from{};  // directory with the files as OpenNebula ships them; empty: they are changed where they are
    bool image = false;  // the front-end's image: other places for our own files
    bool check = false;
    bool diff = false;
};

/// Says all that is wrong at once, and then writes nothing. May be run again, and may be killed anywhere: each file is
/// the old one or the new one.
one::Result<Exit> run_configure(const ConfigureWish& wish, Terminal& terminal);

}  // namespace onefrontend::cli
