// The value of a Result that must hold one, the error of one that must not.
#pragma once

#include "common/result.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace one::identity {

template <class T>
T good(Result<T> result)
{
    if (!result) throw std::runtime_error(to_text(result.error()));
    return *std::move(result);
}

template <class T>
Error bad(const Result<T>& result)
{
    if (!result) return result.error();
    throw std::runtime_error("an error was expected");
}

}  // namespace one::identity
