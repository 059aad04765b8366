// What says of itself that it is onenode's, for a machine whose journal does not know all: our blocks, and files of our
// name.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

/// Takes our lines out of these files, and away those that have our name; a file of our name in the journal is as it was
/// before us by now. Returns which were touched.
Result<std::vector<std::string>> remove_traces(Host& host, std::span<const std::string> paths, std::string_view block,
                                               std::span<const Entry> journal);

}  // namespace onenode
