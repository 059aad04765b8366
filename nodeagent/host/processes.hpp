// Running programs, from /proc.
#pragma once

#include "nodeagent/host/tree.hpp"

namespace onenode {

Result<std::vector<Process>> running_processes();

}  // namespace onenode
