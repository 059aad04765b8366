// For what tells them: which program reads which file, as commands.
#pragma once

#include "nodeagent/core/effects.hpp"

namespace onenode {

/// A directory is nothing that anybody reads.
bool is_read(const Change& change);
/// `paths`: what is read; `changes`: what was done to them, for those who have to know. No changes: they are given back.
Effects effects_of(const HostView& host, const std::vector<std::string>& paths, const Changes& changes);

}  // namespace onenode
