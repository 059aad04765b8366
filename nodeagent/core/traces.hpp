// What says of itself that it is onenode's, for a machine whose journal is lost: our blocks, and files of our name.
#pragma once

#include "nodeagent/host/host.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

/// Takes our lines out of these files, and away those that have our name. Returns which were touched.
Result<std::vector<std::string>> remove_traces(Host& host, std::span<const std::string> paths, std::string_view block);

}  // namespace onenode
