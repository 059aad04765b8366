// Where a path leads.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>

namespace onenode {

/// A last symbolic link followed, a few times at the most.
std::string real_path(const HostView& host, std::string path);

}  // namespace onenode
