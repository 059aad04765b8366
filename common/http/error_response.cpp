// An Error as the answer of a route: the body that every client of ours reads.
#include "common/http/error_response.hpp"

#include "common/wire/messages.hpp"

namespace one::http {

Response error_response(int status, const Error& error)
{
    wire::ApiError told;
    told.kind = to_string(error.kind);
    told.thing = error.thing;
    told.reason = error.reason;
    told.next = error.next;
    return {.status = status,
            .headers = {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
            .body = wire::to_json(told)};
}

}  // namespace one::http
