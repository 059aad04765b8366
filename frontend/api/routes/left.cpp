// POST /v1/left: the node has undone its side; document and certificate are forgotten, its token's use stays spent.
#include "frontend/api/route.hpp"

#include <algorithm>
#include <vector>

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

/// By OpenNebula itself: where two replicas wrote at the same moment, a phase may say `joined` of a node that left.
bool has_host(const std::vector<oned::Host>& hosts, const Node& node)
{
    const int id = node.host_id >= 0 ? node.host_id : node.intent.host_id;
    return std::ranges::any_of(hosts, [&](const oned::Host& host) {
        return host.id == id || (!node.intent.host_name.empty() && host.name == node.intent.host_name);
    });
}

Async<Result<>> must_have_left(Service& service, const Node& node)
{
    if (node.phase != Phase::joined && node.phase != Phase::registering) co_return Result<>{};
    CO_TRY_LET(const auto hosts, co_await service.cloud->hosts());
    if (has_host(hosts, node)) co_return still_there(node);
    co_return Result<>{};
}

Async<Result<one::http::Response>> answer(Service& service, Call& call)
{
    const Node& node = call.node;
    CO_TRY(co_await must_have_left(service, node));
    CO_TRY(co_await service.claims.close(node.token_id, node.claimed_key));  // first: nobody comes back in between
    CO_TRY(co_await service.revocations.add(node, service.now_ms() / 1000));
    CO_TRY(co_await service.nodes.remove(node.id));
    CO_TRY(co_await tell_audit(service, "left", call));
    co_return json_response("{}");
}

}  // namespace

constinit const Route routes::left{"POST", "/v1/left", Caller::lapsed_node, answer};
}  // namespace onefrontend::api
