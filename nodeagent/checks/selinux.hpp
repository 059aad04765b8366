// SELinux as the kernel has it now, not as a file would have it after the next boot.
#pragma once

#include "nodeagent/host/host.hpp"

#include <optional>
#include <string_view>

namespace onenode::checks {

bool selinux_enforces(const HostView& host);
/// Nothing where the policy does not know it.
std::optional<bool> selinux_boolean(const HostView& host, std::string_view name);

}  // namespace onenode::checks
