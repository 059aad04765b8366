// Findings in the making.
#pragma once

#include "common/wire/messages.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

using one::wire::Finding;
using Findings = std::vector<Finding>;

Finding proven(std::string_view id, std::string message);  // severity "ok"
Finding warning(std::string_view id, std::string message, std::string fix);
Finding broken(std::string_view id, std::string message, std::string fix);  // severity "error"
/// Never counted as ok: `reason` says why nobody looked.
Finding not_checked(std::string_view id, std::string reason);
/// The error as a finding: `cannot <doing> <thing>: <reason>`, fix: its next.
Finding broken(std::string_view id, const one::Error& error);

struct Trouble {          // why something failed, and who does what about it
    std::string cause{};  // empty: nothing we know
    std::string fix{};
};

/// No error and nothing left unchecked.
bool all_proven(const Findings& findings);

/// The last line with something in it; empty where there is none.
std::string last_line(std::string_view text);

}  // namespace onefrontend
