// What a host NAME means on this front-end: its drivers call plain `ssh NAME`.
#pragma once

#include "frontend/proofs/finding.hpp"

#include <string>
#include <vector>

namespace onefrontend {

/// Addresses in the order ssh would try them; empty where the name is unknown. A timeout where the resolver does not
/// answer: libc's own resolver cannot be stopped, so a child process asks it.
one::Result<std::vector<std::string>> resolve_here(const std::string& name);

/// Empty: the name leads to `addresses` and nowhere else. Pure.
Findings judge_name(const std::string& name, const one::Result<std::vector<std::string>>& resolved,
                    const std::vector<std::string>& addresses);

}  // namespace onefrontend
