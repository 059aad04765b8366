// GET /v1/hello: who we are and what our clock says. Anybody may ask, so it asks nobody: what is told of OpenNebula is at
// most half a minute old.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call&)
{
    one::wire::Hello hello;
    hello.version = ONENODE_VERSION;
    hello.pins = service.authorities.pins;
    if (const auto inputs = service.desired->inputs()) {
        hello.zone = (*inputs)->zone;
        hello.opennebula = (*inputs)->opennebula;
        hello.repository = repository_of(**inputs);
    }
    hello.time_ms = service.now_ms();
    co_return to_response(hello);
}

}  // namespace

constinit const Route routes::hello{"GET", "/v1/hello", Caller::anybody, answer};
}  // namespace onefrontend::api
