// Points in time as text: for files and programs (RFC 3339, UTC), for people, and how long ago they were.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace one {

using Moment = std::chrono::system_clock::time_point;

/// "2026-09-21T14:13:20Z"
std::string rfc3339(Moment time);
/// Only what the function above writes.
std::optional<Moment> read_rfc3339(std::string_view text);
/// "2026-09-21 14:13 UTC"
std::string for_people(Moment time);
/// The largest unit that fits: "just now", "12 s ago", "5 min ago", "3 h ago", "4 days ago"; "in 4 days" for what is to
/// come.
std::string relative(Moment time, Moment now);

}  // namespace one
