// Removes a directory with all in it, on its own file system only.
#pragma once

#include "nodeagent/host/tree.hpp"

namespace onenode {

Result<> remove_tree_at(const Place& place, std::string_view path);

}  // namespace onenode
