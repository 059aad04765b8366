// The sweep: takes away the hosts of joins that stopped in between.
#include "frontend/enroll/registration.hpp"

#include "common/log.hpp"
#include "frontend/enroll/registration_words.hpp"

namespace onefrontend {
namespace {

using one::ErrorKind;
using std::chrono::seconds;

constexpr seconds grace{10};  // between an intent's deadline and the sweep: a commit under way then is not cut off

}  // namespace

/// True where a host was removed. Reads the node and its host again: what the list said may be old.
Async<Result<bool>> Registration::sweep_one(int node_id)
{
    CO_TRY_LET(Node node, co_await nodes_->get(node_id));
    if (node.phase != Phase::registering || epoch_now() < node.intent.deadline + grace.count()) co_return false;

    auto host = co_await own_host(node);
    if (!host && host.error().kind != ErrorKind::not_found) co_return one::fail(std::move(host).error());
    if (!host) {
        CO_TRY(co_await forget_intent(std::move(node)));
        co_return false;
    }
    const Node before = node;
    if (host->onenode == std::to_string(node.id)) {  // a commit that stopped between its two writes
        node.phase = Phase::joined;
        node.host_id = host->id;
        node.intent = {};
        CO_TRY(co_await advance(before, std::move(node)));
        co_return false;
    }
    if (!may_be_ours(*host, node)) {  // renamed, or marked by somebody: theirs now
        CO_TRY(co_await forget_intent(std::move(node)));
        co_return false;
    }
    if (has_vms(*host)) {
        one::log::warning("host of an unfinished join has VMs and stays", {{"node", node.name}, {"host", host->id}});
        node.intent.deadline = epoch_now() + seconds{std::chrono::hours{1}}.count();  // say so once an hour
        CO_TRY(co_await advance(before, std::move(node)));
        co_return false;
    }
    const auto deleted = co_await oned_->delete_host(host->id);
    if (!deleted && deleted.error().kind != ErrorKind::not_found) co_return one::fail(deleted.error());
    one::log::warning("host of an unfinished join removed", {{"node", node.name}, {"host", host->id}});
    CO_TRY(co_await forget_intent(std::move(node)));
    co_return deleted.has_value();
}

Async<Result<int>> Registration::sweep()
{
    CO_TRY_LET(const auto nodes, co_await nodes_->all());
    int removed = 0;
    for (const auto& node : nodes) {
        if (node.phase != Phase::registering || epoch_now() < node.intent.deadline + grace.count()) continue;
        const auto swept = co_await sweep_one(node.id);
        if (swept && *swept) ++removed;
        // The others may do better, and the next sweep comes.
        if (!swept && swept.error().kind != ErrorKind::not_found)
            one::log::warning("sweep of a node failed", {{"node", node.name}, {"reason", to_line(swept.error())}});
    }
    co_return removed;
}

}  // namespace onefrontend
