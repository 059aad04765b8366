// What we ran short of ourselves (descriptors, memory, processes), or a disk that cannot be read: it says nothing of
// what was to be looked at.
#pragma once

#include "common/result.hpp"

#include <exception>
#include <optional>

namespace one {

/// Where there is no room for a value: who asks "is it there?" must not hear "no".
[[noreturn]] void throw_shortage(int number, const std::string& thing);
bool is_shortage(int number);
bool is_shortage(const Error& error);
/// What lacked, where that is what was thrown, with the next action; nothing for what else may be thrown.
std::optional<Error> shortage_in(const std::exception& thrown);

}  // namespace one
