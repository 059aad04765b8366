// One onenode at a time: flock on a file that names who holds it and goes away with the lock.
#pragma once

#include "nodeagent/host/tree.hpp"

#include <memory>

namespace onenode {

/// `around` is the place of the lock's directory: when the lock goes and nothing else is in it, it goes too.
Result<std::unique_ptr<Lock>> lock_file(Place place, Place around, std::string_view path);

}  // namespace onenode
