// What a journal may forget without undoing anything less: it lives as long as the node, and each change of the zone's
// peers adds all of /etc/hosts to it, twice.
#pragma once

#include "nodeagent/core/journal.hpp"

#include <vector>

namespace onenode {

/// Of the entries that follow each other on one thing, those in the middle of an unbroken chain go: the first keeps what
/// was before, with what was written last but one; the last stays as it is, for it may not have been made at all. Undo
/// walks the same way back, in fewer steps. What is undone already goes, too.
std::vector<Entry> compacted(std::vector<Entry> entries);

}  // namespace onenode
