// A boolean's file holds its value and the one that waits to be committed: "0 0".
#include "nodeagent/checks/selinux.hpp"

#include "nodeagent/checks/reading.hpp"

#include <fmt/format.h>

namespace onenode::checks {

bool selinux_enforces(const HostView& host)
{
    return number_in(host, "/sys/fs/selinux/enforce") == 1;
}

std::optional<bool> selinux_boolean(const HostView& host, std::string_view name)
{
    const auto value = number_in(host, fmt::format("/sys/fs/selinux/booleans/{}", name));
    if (!value) return std::nullopt;
    return *value == 1;
}

}  // namespace onenode::checks
