// Letters as ASCII has them, whatever the locale is.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace one {

constexpr bool is_alphanumeric(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Of letters, digits and these, or of nothing.
constexpr bool consists_of(std::string_view text, std::string_view others)
{
    return std::ranges::all_of(
        text, [others](char c) { return is_alphanumeric(c) || others.find(c) != std::string_view::npos; });
}

constexpr char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

constexpr char to_upper(char c)
{
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

inline std::string to_lower(std::string_view text)
{
    std::string lower{text};
    std::ranges::transform(lower, lower.begin(), [](char c) { return to_lower(c); });
    return lower;
}

inline std::string to_upper(std::string_view text)
{
    std::string upper{text};
    std::ranges::transform(upper, upper.begin(), [](char c) { return to_upper(c); });
    return upper;
}

/// Without a copy: names are compared with those of ten thousand nodes.
constexpr bool same_in_any_case(std::string_view left, std::string_view right)
{
    return std::ranges::equal(left, right, [](char a, char b) { return to_lower(a) == to_lower(b); });
}

}  // namespace one
