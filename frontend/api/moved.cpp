// Judges names by the resolver, stores, and tells all that hangs on it.
#include "frontend/api/moved.hpp"

#include "common/log.hpp"
#include "frontend/api/proofs.hpp"
#include "frontend/enroll/place.hpp"

#include <algorithm>

namespace onefrontend::api {
namespace {

/// By our resolver's word, to one of these addresses; what is wrong, else nothing.
Async<std::string> trouble_to_find(Service& service, std::string name, std::vector<std::string> addresses)
{
    const auto findings = co_await service.procedures->check_name(std::move(name), std::move(addresses));
    const auto* error = first_error(findings);
    co_return error ? error->message : std::string{};
}

bool has_same_whereabouts(const Node& left, const Node& right)
{
    return left.address == right.address && left.facts.addresses == right.facts.addresses &&
           left.facts.host_name == right.facts.host_name && left.facts.libvirt_uuid == right.facts.libvirt_uuid &&
           left.facts.iscsi_initiator == right.facts.iscsi_initiator && left.facts.macs == right.facts.macs &&
           left.move == right.move && left.rename == right.rename && left.name_trouble == right.name_trouble;
}

/// An admin may have said yes or no to its rename since, or another report of it came first.
Result<> must_be_as_judged(const Node& present, const Node& before)
{
    if (present.name == before.name && has_same_whereabouts(present, before)) return {};
    return one::fail({.kind = one::ErrorKind::busy,
                      .thing = "node " + before.name,
                      .reason = present.name == before.name
                                    ? "where it is and how it is called was changed at the same moment"
                                    : "it was renamed to " + present.name + " at the same moment",
                      .next = "try again",
                      .doing = "move"});
}

/// What cannot be done now is done by the next look around; the node is stored.
void complain(const Result<>& result)
{
    if (!result) one::log::warning("not everybody knows yet where a node is", {{"reason", to_line(result.error())}});
}

}  // namespace

Async<Result<Others>> look_at_others(Service& service)
{
    CO_TRY_LET(const auto inputs, service.desired->inputs());
    Others others;
    CO_TRY_LET(others.nodes, co_await service.nodes.all());
    CO_TRY_LET(others.hosts, co_await service.cloud->hosts());
    others.frontend_names = inputs->frontend_names;
    others.closed_networks = inputs->closed_networks;
    co_return others;
}

Result<> must_be_joined(const Node& node)
{
    if (node.phase == Phase::joined) return {};
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = "node " + node.name,
                      .reason = "its join is not at its end",
                      .next = "run `onenode join` on the node again",
                      .doing = "move"});
}

Async<Result<>> judge_names(Service& service, Node& node, Others others)
{
    std::string name = node.name;
    std::vector<std::string> own = node.facts.addresses;
    if (std::ranges::find(own, node.address) == own.end()) own.push_back(node.address);
    node.name_trouble = co_await trouble_to_find(service, std::move(name), std::move(own));
    if (!waits_for_rename(node)) co_return Result<>{};
    node.rename.trouble = trouble_with(node, others);
    if (!node.rename.trouble.empty()) co_return Result<>{};
    // Its address alone counts here, which was proven: the others are its own word, and this name our SSH will pin.
    std::string wanted = node.rename.name;
    std::vector<std::string> proven{node.address};
    node.rename.trouble = co_await trouble_to_find(service, std::move(wanted), std::move(proven));
    co_return Result<>{};
}

Async<Result<>> store_whereabouts(Service& service, Node before, Node after)
{
    bool changed = false;
    Nodes::Edit store = [&before, &after, &changed](Node& present) -> Result<> {
        TRY(must_be_joined(present));
        TRY(must_be_as_judged(present, before));
        if (has_same_whereabouts(present, after)) return {};
        changed = true;
        present.address = after.address;
        present.facts.addresses = after.facts.addresses;
        present.facts.host_name = after.facts.host_name;
        present.facts.libvirt_uuid = after.facts.libvirt_uuid;
        present.facts.iscsi_initiator = after.facts.iscsi_initiator;
        present.facts.macs = after.facts.macs;
        present.move = after.move;
        present.rename = after.rename;
        present.name_trouble = after.name_trouble;
        return {};
    };
    CO_TRY(co_await service.nodes.change(after.id, std::move(store)));
    if (!changed) co_return Result<>{};
    complain(co_await refresh_ssh_trust(service));
    complain(co_await service.desired->refresh());
    co_return Result<>{};
}

}  // namespace onefrontend::api
