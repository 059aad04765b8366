// The sweep of nodes. Registration's own sweep comes first: it takes back the host that an unfinished join has made.
#include "frontend/api/node_sweep.hpp"

#include "common/log.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/trial.hpp"

#include <set>

namespace onefrontend::api {
namespace {

constexpr std::int64_t unfinished_life = 7 * 24 * 60 * 60;  // as long as its first certificate works, by default

bool is_over(const Node& node, std::int64_t now)
{
    const bool unfinished = node.phase == Phase::enrolled || node.phase == Phase::leaving;
    const bool had_host = node.host_id >= 0 || node.intent != Intent{};
    const auto life = is_trial(node) ? longest_trial : unfinished_life;
    return unfinished && !had_host && !node.banned && now - node.enrolled_at > life;
}

/// Reads the node again: what the list said may be old. A registration that begins now finds its document gone.
Async<Result<>> sweep_node(Service& service, int id, std::int64_t now)
{
    CO_TRY_LET(const auto node, co_await service.nodes.get(id));
    if (!is_over(node, now)) co_return Result<>{};
    CO_TRY(co_await tell_audit(service, "node-expired", node));
    CO_TRY(co_await service.claims.close(node.token_id, node.claimed_key));
    CO_TRY(co_await service.revocations.add(node, now));
    CO_TRY(co_await service.nodes.remove(id));
    one::log::info("node of an unfinished join forgotten", {{"node", node.name}});
    co_return Result<>{};
}

}  // namespace

Async<Result<>> sweep_nodes(Service& service)
{
    const auto now = service.now_ms() / 1000;
    CO_TRY_LET(const auto nodes, co_await service.nodes.all());
    for (const Node& node : nodes)
        if (is_over(node, now)) CO_TRY(co_await sweep_node(service, node.id, now));
    std::set<int> ids;
    for (const Node& node : nodes)
        ids.insert(node.id);
    Bans bans{*service.cloud};
    CO_TRY(co_await bans.forget_old(std::move(ids), now));
    co_return co_await service.revocations.forget_old(now);
}

}  // namespace onefrontend::api
