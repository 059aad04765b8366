// A front-end as a person names it.
#pragma once

#include "common/http/client.hpp"

#include <string>
#include <string_view>

namespace one::http {

/// NAME, ADDRESS, NAME:PORT, [ADDRESS]:PORT.
Result<Target> parse_frontend(std::string_view text);
std::string to_text(const Target& target);

}  // namespace one::http
