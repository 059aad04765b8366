// An error as every answer of ours tells it, a route's as well as the server's own.
#pragma once

#include "common/http/message.hpp"

namespace one::http {

/// The body is a wire::ApiError; nobody may store it. With 503 comes when to try again.
Response error_response(int status, const Error& error);

}  // namespace one::http
