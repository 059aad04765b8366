// What is mounted where, without touching it: looking into a mount of a dead server never ends.
#pragma once

#include "nodeagent/core/mounts.hpp"
#include "nodeagent/host/host.hpp"

namespace onenode::checks {

/// None where /proc is not there.
std::vector<Mount> mounts(const HostView& host);

}  // namespace onenode::checks
