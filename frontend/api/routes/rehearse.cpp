// POST /v1/rehearse: the very rsync and probes of OpenNebula, before the host exists.
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    if (!call.node.proofs.login_ok)  // our SSH does not know it
        co_return one::fail({.kind = one::ErrorKind::conflict,
                             .thing = "node " + call.node.name,
                             .reason = "not proven yet: login",
                             .next = "run `onenode join` on the node again",
                             .doing = "rehearse"});
    CO_TRY_LET(const auto proving, BeingProven::begin(service, call.node));
    CO_TRY(co_await check_name_is_still_free(service, call.node));
    CO_TRY(co_await refresh_ssh_trust(service));
    const Proofs before = call.node.proofs;
    const auto report = co_await service.procedures->rehearse(call.node);
    CO_TRY(co_await store_proofs(service, before, call.node));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::rehearse{"POST", "/v1/rehearse", Caller::node, answer};
}  // namespace onefrontend::api
