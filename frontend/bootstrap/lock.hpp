// One front-end a volume: a lock that the program it becomes goes on holding.
#pragma once

#include "common/fd.hpp"
#include "common/result.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace onefrontend::bootstrap {

/// A POSIX record lock: it outlives exec, children do not inherit it, and the kernel drops it with the process. Says
/// once that it waits.
one::Result<one::Fd> lock_volume(const std::string& path, std::chrono::seconds patience,
                                 const std::function<void(const std::string&)>& say);

/// Leaves the descriptor open over exec.
void keep_over_exec(one::Fd lock);

}  // namespace onefrontend::bootstrap
