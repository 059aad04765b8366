// Defaults < file < environment: the configuration as a verb sees it.
#pragma once

#include "frontend/config.hpp"

#include <string>

namespace onefrontend::cli {

struct Environment {              // read in main only
    std::string oned_endpoint{};  // ONED_ENDPOINT
    std::string oned_auth{};      // ONED_AUTH: the file with user:password
    std::string monitor_log{};    // ONED_MONITOR_LOG
    std::string ssh_auth_sock{};  // SSH_AUTH_SOCK, unless configured
    std::string one_auth{};       // ONE_AUTH, as OpenNebula's own commands read it
    std::string home{};           // HOME
};

inline constexpr const char* default_config_file = "/etc/onefrontend/onefrontend.yaml";

/// Where the credentials of who runs this are, as OpenNebula's own commands find them.
std::string own_auth_file(const Environment& environment);

/// An empty path: the default file, where it is there.
one::Result<Config> load_config(const std::string& path, const Environment& environment);

}  // namespace onefrontend::cli
