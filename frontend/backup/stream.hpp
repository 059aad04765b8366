// Bytes on their way: each end is a function, so that a file, a pipe and a cipher look alike.
#pragma once

#include "common/result.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace onefrontend::backup {

using Write = std::function<one::Result<>(std::string_view bytes)>;
/// How many bytes it got; 0 at the end.
using Read = std::function<one::Result<std::size_t>(std::span<char> room)>;

/// The descriptor stays the caller's. `name` is for errors.
Write to_descriptor(int descriptor, std::string name);
Read from_descriptor(int descriptor, std::string name);

/// Fills the room, short only at the end.
one::Result<std::size_t> read_full(const Read& read, std::span<char> room);

}  // namespace onefrontend::backup
