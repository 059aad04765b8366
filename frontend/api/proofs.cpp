// Stores proofs, and writes the SSH trust one at a time.
#include "frontend/api/proofs.hpp"

#include "frontend/enroll/names.hpp"

namespace onefrontend::api {
namespace {

constexpr std::chrono::seconds turn_limit{20};  // a turn is one call of oned and two small files

}  // namespace

Async<Result<>> store_proofs(Service& service, const Node& node)
{
    CO_TRY_LET(auto present, co_await service.nodes.get(node.id));
    if (present.proofs == node.proofs) co_return Result<>{};
    present.proofs = node.proofs;
    co_return co_await service.nodes.replace(std::move(present));
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
    co_return check_name_is_free(claim, nodes, hosts, inputs.frontend_names);
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
    std::erase_if(
        nodes, [&service](const Node& node) { return !is_trusted(node) && !service.being_proven.contains(node.id); });
    CO_TRY_LET(auto vouching, co_await find_vouching(*service.cloud, nodes));
    co_return co_await service.procedures->write_ssh_trust(std::move(nodes), std::move(vouching));
}

}  // namespace onefrontend::api
