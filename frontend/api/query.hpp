// Values in a request's query and headers, judged.
#pragma once

#include "common/http/message.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace onefrontend::api {

/// Whole seconds, 0 where absent; more than `most` counts as `most`.
one::Result<std::chrono::seconds> seconds_of(const one::http::Request& request, std::string_view name,
                                             std::chrono::seconds most);

/// Of If-None-Match, without its quotes; empty where absent.
std::string known_tag(const one::http::Request& request);

}  // namespace onefrontend::api
