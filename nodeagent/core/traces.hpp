// What says of itself that it is onenode's, for a machine whose journal does not know all: our blocks, and files of our
// name and words.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

inline constexpr std::string_view our_block = "onenode";
/// In whole files of ours.
inline constexpr std::string_view our_claim = "Written by onenode";

/// Those of these files that are ours or have our lines and that the journal does not know. What cannot be read is none.
std::vector<std::string> find_traces(const HostView& host, std::span<const std::string> paths, std::string_view block,
                                     std::span<const Entry> journal);

/// A join was here, and what it knew of itself is gone.
Error forgotten(std::string thing, const std::vector<std::string>& traces);

/// Takes our lines out of these files, and away those that are ours; one of our name in the journal is as it was
/// before us by now. Returns which were touched.
Result<std::vector<std::string>> remove_traces(Host& host, std::span<const std::string> paths, std::string_view block,
                                               std::span<const Entry> journal);

}  // namespace onenode
