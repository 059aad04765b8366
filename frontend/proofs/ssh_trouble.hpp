// What the ssh program's last words mean, and who has to do what.
#pragma once

#include "common/command.hpp"
#include "frontend/proofs/finding.hpp"

#include <string>

namespace onefrontend {

/// `name`: the host as it was called. Pure.
Trouble explain_ssh(const std::string& standard_error, const std::string& name);

/// ssh itself failed, not the command it ran.
bool ssh_failed(const one::CommandOutput& output);

/// True where ssh refused because the host's key is not among the pinned ones.
bool refused_host_key(const one::CommandOutput& output);

}  // namespace onefrontend
