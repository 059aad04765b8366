// Two texts -> the lines a person wants to see: diff -u's form, three lines of context.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace one {

/// Empty where both are the same. A file that is not there is /dev/null on its side, as diff -N shows it.
std::string unified_diff(std::string_view path, std::optional<std::string_view> before,
                         std::optional<std::string_view> after);

}  // namespace one
