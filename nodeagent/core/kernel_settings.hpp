// What our files in /etc/sysctl.d set in the running kernel: it forgets nothing when the file goes. Kept beside the
// journal, not in it: a setting has no bytes and no owner, and comes with the file that makes it.
#pragma once

#include "nodeagent/core/runner.hpp"

namespace onenode {

/// Before the first of these changes is made: the value of each setting that one of them is about to set. The first look
/// counts.
Result<> remember_kernel_settings(Host& host, const Journal& journal, const Changes& changes);

/// After an undo: they get their former values, but for those that somebody changed since, which are named.
Result<std::vector<Kept>> restore_kernel_settings(Host& host, const Journal& journal);

}  // namespace onenode
