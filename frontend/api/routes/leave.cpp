// POST /v1/leave: the host goes from OpenNebula; the node keeps its certificate until it has undone its own side.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto request, one::wire::from_json<one::wire::LeaveRequest>(call.request.body));
    CO_TRY_LET(const auto report, co_await service.procedures->leave(call.node, request.abandon_vms));
    CO_TRY(co_await tell_audit(service, "host-removed", call));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::leave{"POST", "/v1/leave", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
