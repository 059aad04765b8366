// POST /v1/abandon: the join failed; its host goes, the node may try again.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto report, co_await service.procedures->abandon(call.node));
    CO_TRY(co_await tell_audit(service, "abandoned", call));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::abandon{"POST", "/v1/abandon", Caller::node, answer};
}  // namespace onefrontend::api
