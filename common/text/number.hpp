// Numbers that stand alone in a text.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace one {

/// The whole text as a decimal number; nothing where it is none, or does not fit.
template <class Number>
std::optional<Number> to_number(std::string_view text)
{
    Number number{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

/// 1 to 65535.
inline std::optional<int> to_port(std::string_view text)
{
    const auto port = to_number<int>(text);
    return port && *port > 0 && *port < 65536 ? port : std::nullopt;
}

}  // namespace one
