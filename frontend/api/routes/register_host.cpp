// POST /v1/register: the host in OpenNebula.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(const auto report, co_await service.procedures->register_host(call.node));
    CO_TRY(co_await tell_audit(service, "host-registered", call));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::register_host{"POST", "/v1/register", Caller::node, answer};
}  // namespace onefrontend::api
