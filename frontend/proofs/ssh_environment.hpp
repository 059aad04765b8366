// Commands as oned's own drivers run them: same account, PATH, agent and home, so that a proof proves their way.
#pragma once

#include "common/command.hpp"
#include "frontend/config.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend {

one::Command as_oned(const Config& config, std::vector<std::string> argv, std::chrono::milliseconds limit);

/// `ssh` to a host NAME: never asks, and never rides on a master connection that an earlier login left open.
one::Command fresh_ssh(const Config& config, const std::string& name, const std::vector<std::string>& options,
                       const std::string& remote_command, std::chrono::milliseconds limit);

/// The ssh-agent's socket; empty where there is none.
std::string agent_socket(const Config& config);

}  // namespace onefrontend
