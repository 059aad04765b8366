// One onenode at a time: flock on a file that names who holds it and goes away with the lock.
#pragma once

#include "nodeagent/host/tree.hpp"

#include <memory>
#include <optional>

namespace onenode {

/// `made` is the place of the lock's directory where it was made for this lock: when the lock goes and nothing else is
/// in it, it goes too. Kind not_found where somebody removed the directory meanwhile.
Result<std::unique_ptr<Lock>> lock_file(Place place, std::optional<Place> made, std::string_view path);

}  // namespace onenode
