// Stores proofs, and writes the SSH trust one at a time.
#include "frontend/api/proofs.hpp"

#include "frontend/enroll/names.hpp"

namespace onefrontend::api {
namespace {

constexpr std::chrono::seconds turn_limit{20};  // a turn is one call of oned and two small files

template <class T>
void take_new(T& present, const T& before, const T& after)
{
    if (after != before) present = after;
}

void take_new(Proofs& present, const Proofs& before, const Proofs& after)
{
    take_new(present.login_nonce, before.login_nonce, after.login_nonce);
    take_new(present.tcp_nonce, before.tcp_nonce, after.tcp_nonce);
    take_new(present.beacon_ids, before.beacon_ids, after.beacon_ids);
    take_new(present.sizes, before.sizes, after.sizes);
    take_new(present.monitor_address, before.monitor_address, after.monitor_address);
    take_new(present.ssh_client, before.ssh_client, after.ssh_client);
    take_new(present.login_ok, before.login_ok, after.login_ok);
    take_new(present.monitoring_ok, before.monitoring_ok, after.monitoring_ok);
    take_new(present.rehearsal_ok, before.rehearsal_ok, after.rehearsal_ok);
}

one::Failure began_again(const Node& node)
{
    return one::fail({.kind = one::ErrorKind::busy,
                      .thing = "node " + node.name,
                      .reason = "it began its join again, with another key",
                      .next = "try again",
                      .doing = "prove"});
}

}  // namespace

Async<Result<>> store_proofs(Service& service, Proofs before, Node after)
{
    if (before == after.proofs) co_return Result<>{};
    Nodes::Edit store = [&before, &after](Node& present) -> Result<> {
        if (present.claimed_key != after.claimed_key) return began_again(after);
        take_new(present.proofs, before, after.proofs);
        return {};
    };
    CO_TRY(co_await service.nodes.change(after.id, std::move(store)));
    co_return Result<>{};
}

Result<std::unique_ptr<BeingProven>> BeingProven::begin(Service& service, const Node& node)
{
    if (service.being_proven.insert(node.id).second)
        return std::make_unique<BeingProven>(service.being_proven, node.id);
    return one::fail({.kind = one::ErrorKind::busy,
                      .thing = "node " + node.name,
                      .reason = "an earlier proof of it has not ended",
                      .next = "try again in a minute",
                      .doing = "prove"});
}

Async<Result<>> check_name_is_still_free(Service& service, const Node& node)
{
    CO_TRY_LET(const auto inputs, service.desired->inputs());
    CO_TRY_LET(const auto nodes, co_await service.nodes.all());
    CO_TRY_LET(const auto hosts, co_await service.cloud->hosts());
    const NameClaim claim{.name = node.name, .node = node.id, .confirmed = node.name_confirmed};
    co_return check_name_is_free(claim, nodes, hosts, inputs->frontend_names);
}

Async<Result<>> refresh_ssh_trust(Service& service)
{
    if (!co_await service.ssh_trust_turn.enter(turn_limit))
        co_return one::fail({.kind = one::ErrorKind::busy,
                             .thing = "the SSH trust",
                             .reason = "others have been writing it for " + std::to_string(turn_limit.count()) + " s",
                             .next = "try again",
                             .doing = "write"});
    const oned::HeldSlot turn{service.ssh_trust_turn};
    CO_TRY_LET(auto nodes, co_await service.nodes.all());
    service.metrics.saw(nodes);
    std::erase_if(
        nodes, [&service](const Node& node) { return !is_trusted(node) && !service.being_proven.contains(node.id); });
    CO_TRY_LET(auto vouching, co_await find_vouching(*service.cloud, nodes));
    co_return co_await service.procedures->write_ssh_trust(std::move(nodes), std::move(vouching));
}

}  // namespace onefrontend::api
