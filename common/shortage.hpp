// What we ran short of ourselves: descriptors, memory, processes. It says nothing of what was to be looked at.
#pragma once

#include "common/result.hpp"

#include <exception>
#include <optional>

namespace one {

/// Thrown where there is no room for an Error: who asks "is it there?" must not hear "no".
class Shortage : public std::exception {
public:
    explicit Shortage(Error error) : error_(std::move(error)) {}
    [[nodiscard]] const char* what() const noexcept override { return error_.reason.c_str(); }
    [[nodiscard]] const Error& error() const { return error_; }

private:
    Error error_;
};

bool is_shortage(const Error& error);
/// What lacked, where that is what was thrown, with the next action; nothing for what else may be thrown.
std::optional<Error> shortage_in(const std::exception& thrown);

}  // namespace one
