// Sizes as people write them: 512, 64K, 1.5G (powers of 1024).
#include "common/text/size.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>

namespace one {
namespace {

constexpr std::string_view letters = "KMGTP";

Failure bad(std::string_view text, std::string_view reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = '\'' + std::string{text.substr(0, 40)} + '\'',
                 .reason = std::string{reason},
                 .next = "write a size like 512, 64K or 1.5G",
                 .doing = "read the size"});
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view given)
{
    std::string_view text = trim(given);
    if (text.empty()) return bad(given, "it is empty");
    double factor = 1;
    const auto unit = letters.find(text.back() >= 'a' ? static_cast<char>(text.back() - 'a' + 'A') : text.back());
    if (unit != std::string_view::npos) {
        for (std::size_t i = 0; i <= unit; ++i)
            factor *= 1024;
        text.remove_suffix(1);
    }
    double number = 0;
    if (text.empty() || text.find_first_not_of("0123456789.") != std::string_view::npos)
        return bad(given, "a number was expected");
    const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
    if (wrong != std::errc{} || end != text.data() + text.size()) return bad(given, "a number was expected");
    constexpr double largest = 9007199254740992;  // 8 PiB: every whole number below it is exact in a double
    if (number * factor > largest) return bad(given, "it is too large");
    return static_cast<std::uint64_t>(number * factor);
}

std::string size_to_text(std::uint64_t bytes)
{
    if (bytes < 1024) return std::to_string(bytes);
    double number = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (number /= 1024; number >= 1024 && unit + 1 < letters.size(); ++unit)
        number /= 1024;
    std::string text = fmt::format("{:.1f}", number);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text + letters[unit];
}

}  // namespace one
