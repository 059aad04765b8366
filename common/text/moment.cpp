// Moments to text and back, by way of the calendar of <ctime>.
#include "common/text/moment.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <charconv>
#include <ctime>

namespace one {
namespace {

using std::chrono::seconds;

constexpr std::string_view shape = "dddd-dd-ddTdd:dd:ddZ";

bool has_shape(std::string_view text)
{
    if (text.size() != shape.size()) return false;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (shape[i] == 'd' ? !digit : text[i] != shape[i]) return false;
    }
    return true;
}

int number_at(std::string_view text, std::size_t from, std::size_t digits)
{
    int number = 0;
    std::from_chars(text.data() + from, text.data() + from + digits, number);
    return number;
}

std::string span_of(seconds time)
{
    constexpr seconds minute{60};
    constexpr seconds hour = 60 * minute;
    constexpr seconds day = 24 * hour;
    if (time < 2 * minute) return fmt::format("{} s", time.count());
    if (time < 2 * hour) return fmt::format("{} min", time / minute);
    if (time < 2 * day) return fmt::format("{} h", time / hour);
    return fmt::format("{} days", time / day);
}

}  // namespace

std::string rfc3339(Moment time)
{
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::optional<Moment> read_rfc3339(std::string_view text)
{
    if (!has_shape(text)) return std::nullopt;
    std::tm parts{};
    parts.tm_year = number_at(text, 0, 4) - 1900;
    parts.tm_mon = number_at(text, 5, 2) - 1;
    parts.tm_mday = number_at(text, 8, 2);
    parts.tm_hour = number_at(text, 11, 2);
    parts.tm_min = number_at(text, 14, 2);
    parts.tm_sec = number_at(text, 17, 2);
    const Moment time = std::chrono::system_clock::from_time_t(::timegm(&parts));
    if (rfc3339(time) != text) return std::nullopt;  // the 31st of February
    return time;
}

std::string for_people(Moment time)
{
    return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string relative(Moment time, Moment now)
{
    const auto past = std::chrono::duration_cast<seconds>(now - time);
    if (past <= seconds{-1}) return "in " + span_of(-past);
    if (past < seconds{1}) return "just now";
    return span_of(past) + " ago";
}

}  // namespace one
