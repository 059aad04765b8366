// GET /v1/neighbours: names, pins and revoked keys of all nodes. One text for all who ask, however many do at a time.
#include "frontend/api/query.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto inputs, service.desired->inputs());
    const auto& digest = inputs->written.neighbours_digest;
    one::http::Response response;
    response.status = 304;
    if (known_tag(call.request) == digest) co_return response;
    response = json_response({});
    response.headers.emplace_back("ETag", '"' + digest + '"');
    response.shared_body = inputs->written.neighbours;
    co_return response;
}

}  // namespace

constinit const Route routes::neighbours{"GET", "/v1/neighbours", Caller::node, answer};
}  // namespace onefrontend::api
