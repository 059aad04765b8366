// POST /v1/left: the node has undone its side; document and certificate are forgotten, its token's use stays spent.
#include "frontend/api/route.hpp"

namespace onefrontend::api {
namespace {

one::Failure still_there(const Node& node)
{
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = "node " + node.name,
                      .reason = "its host is still in OpenNebula",
                      .next = "onenode leave",
                      .doing = "forget"});
}

Async<Result<one::http::Response>> answer(Service& service, Call call)
{
    const Node& node = call.node;
    if (node.phase == Phase::joined || node.phase == Phase::registering) co_return still_there(node);
    CO_TRY(co_await service.claims.close(node.token_id, node.claimed_key));  // first: nobody comes back in between
    CO_TRY(co_await service.revocations.add(node, service.now_ms() / 1000));
    CO_TRY(co_await service.nodes.remove(node.id));
    CO_TRY(co_await tell_audit(service, "left", node));
    co_return json_response("{}");
}

}  // namespace

constinit const Route routes::left{"POST", "/v1/left", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
