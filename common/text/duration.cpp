// Durations as people write them: 90s, 10m, 1h30m, 7d.
#include "common/text/duration.hpp"

#include "common/text/words.hpp"

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace one {
namespace {

struct Unit {
    char letter;
    std::int64_t seconds;
};
constexpr std::array units{Unit{'d', 86400}, Unit{'h', 3600}, Unit{'m', 60},
                           Unit{'s', 1}};  // as they may follow each other
constexpr std::int64_t longest = 100LL * 365 * 86400;

Failure bad(std::string_view text, std::string_view reason)
{
    return fail({.kind = ErrorKind::invalid,
                 .thing = '\'' + std::string{text.substr(0, 40)} + '\'',
                 .reason = std::string{reason},
                 .next = "write a duration like 90s, 10m, 1h30m or 7d",
                 .doing = "read the duration"});
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view given)
{
    std::string_view text = trim(given);
    if (text.empty()) return bad(given, "it is empty");
    std::int64_t total = 0;
    std::size_t next_unit = 0;
    while (!text.empty()) {
        std::int64_t number = 0;
        if (text.front() < '0' || text.front() > '9') return bad(given, "a number was expected");
        const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (wrong != std::errc{} || number > longest) return bad(given, "it is too long");
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (text.empty()) return bad(given, "a unit is missing: s, m, h or d");
        std::size_t unit = 0;
        while (unit < units.size() && units.at(unit).letter != text.front())
            ++unit;
        if (unit == units.size()) return bad(given, "its unit is none of s, m, h, d");
        if (unit < next_unit) return bad(given, "its units stand in the wrong order");
        next_unit = unit + 1;
        total += number * units.at(unit).seconds;
        if (total > longest) return bad(given, "it is too long");
        text.remove_prefix(1);
    }
    return std::chrono::seconds{total};
}

std::string to_text(std::chrono::seconds duration)
{
    std::int64_t left = duration.count();
    if (left == 0) return "0s";
    std::string text;
    if (left < 0) {
        text = "-";
        left = -left;
    }
    for (const auto& unit : units) {
        if (left < unit.seconds) continue;
        text += std::to_string(left / unit.seconds) + unit.letter;
        left %= unit.seconds;
    }
    return text;
}

}  // namespace one
