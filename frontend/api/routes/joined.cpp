// POST /v1/joined: the node itself says that its join is done; without it the sweep takes the host away.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto report, co_await service.procedures->commit(call.node));
    CO_TRY(co_await tell_audit(service, "joined", call));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::joined{"POST", "/v1/joined", Caller::node, answer};
}  // namespace onefrontend::api
