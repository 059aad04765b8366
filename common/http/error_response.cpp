// An Error as the answer of a route: the body that every client of ours reads.
#include "common/http/error_response.hpp"

#include "common/wire/messages.hpp"

namespace one::http {

static constexpr const char* retry_seconds = "5";

Response error_response(int status, const Error& error)
{
    wire::ApiError told;
    told.kind = to_string(error.kind);
    told.thing = error.thing;
    told.reason = error.reason;
    told.next = error.next;
    Response response{.status = status,
                      .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
                      .body = wire::to_json(told)};
    if (status == 503) response.headers.emplace_back("Retry-After", retry_seconds);
    return response;
}

}  // namespace one::http
