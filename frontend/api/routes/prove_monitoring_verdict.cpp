// POST /v1/prove/monitoring/verdict: what onemonitord logged of it.
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    CO_TRY_LET(auto sent, one::wire::from_json<one::wire::MonitoringSent>(call.request.body));
    const Proofs before = call.node.proofs;
    const auto report = co_await service.procedures->check_monitoring(call.node, std::move(sent));
    CO_TRY(co_await store_proofs(service, before, call.node));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::prove_monitoring_verdict{"POST", "/v1/prove/monitoring/verdict", Caller::node, answer};
}  // namespace onefrontend::api
