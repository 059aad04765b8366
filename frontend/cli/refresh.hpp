// onefrontend refresh: OpenNebula's own files on a volume -> those that this version ships.
#pragma once

#include "frontend/cli/exit.hpp"
#include "frontend/cli/terminal.hpp"

#include <string>

namespace onefrontend::cli {

struct RefreshWish {
    std::string from = "/usr/share/onefrontend/skeleton";  // files as they ship
    std::string settings_file = "/etc/onefrontend/settings.yaml";
    std::string root{};  // empty: /
};

/// What people changed or added stays. Files that `configure` writes are left to it, where there are settings.
one::Result<Exit> run_refresh(const RefreshWish& wish, Terminal& terminal);

}  // namespace onefrontend::cli
