// Values in a request's query, judged.
#pragma once

#include "common/http/message.hpp"

#include <chrono>
#include <string_view>

namespace onefrontend::api {

/// Whole seconds, 0 where absent; more than `most` counts as `most`.
one::Result<std::chrono::seconds> seconds_of(const one::http::Request& request, std::string_view name,
                                             std::chrono::seconds most);

}  // namespace onefrontend::api
