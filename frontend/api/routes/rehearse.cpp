// POST /v1/rehearse: the very rsync and probes of OpenNebula, before the host exists.
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/names.hpp"

namespace onefrontend::api {
namespace {

/// Enrollment looked too, but somebody may have created a host of this name since.
Async<Result<>> check_name_is_still_free(Service& service, const Node& node)
{
    CO_TRY_LET(const auto inputs, service.desired->inputs());
    CO_TRY_LET(const auto nodes, co_await service.nodes.all());
    CO_TRY_LET(const auto hosts, co_await service.cloud->hosts());
    co_return check_name_is_free(node.name, node.id, nodes, hosts, inputs.frontend_names);
}

Async<Result<one::http::Response>> answer(Service& service, Call call)
{
    if (!call.node.proofs.login_ok)  // our SSH does not know it
        co_return one::fail({.kind = one::ErrorKind::conflict,
                             .thing = "node " + call.node.name,
                             .reason = "not proven yet: login",
                             .next = "run `onenode join` on the node again",
                             .doing = "rehearse"});
    CO_TRY(co_await check_name_is_still_free(service, call.node));
    CO_TRY(co_await refresh_ssh_trust(service));
    const auto report = co_await service.procedures->rehearse(call.node);
    CO_TRY(co_await store_proofs(service, call.node));
    co_return to_response(report);
}

}  // namespace

constinit const Route routes::rehearse{"POST", "/v1/rehearse", Caller::node, answer};
}  // namespace onefrontend::api
