// Durations as people write them: 90s, 10m, 1h30m, 7d.
#pragma once

#include "common/result.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace one {

Result<std::chrono::seconds> parse_duration(std::string_view text);
std::string to_text(std::chrono::seconds duration);

}  // namespace one
