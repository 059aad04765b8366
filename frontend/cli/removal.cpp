// onefrontend node remove | ban: both take host, certificate and SSH pins away at once; after a ban the machine may not
// join again.
#include "frontend/cli/admin.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::cli {

int host_of(const Node& node)
{
    return node.host_id >= 0 ? node.host_id : node.intent.host_id;
}

namespace {

enum class Afterwards { may_join, may_not_join };

std::string_view verb_of(Afterwards afterwards)
{
    return afterwards == Afterwards::may_join ? "remove" : "ban";
}

/// The host this node made: never one that somebody else marked as theirs.
oned::Host host_among(const std::vector<oned::Host>& hosts, const Node& node)
{
    for (const auto& host : hosts) {
        if (!host.onenode.empty() && host.onenode != std::to_string(node.id)) continue;
        const bool by_intent = !node.intent.host_name.empty() && same_name(node.intent.host_name, host.name);
        if (host.id == host_of(node) || (host_of(node) < 0 && by_intent)) return host;
    }
    return {};
}

/// A registration was under way: once the document is gone it takes its host back by itself, unless it had just ended.
Async<Result<>> remove_host_made_meanwhile(Admin& admin, Node node, std::vector<oned::Host> before)
{
    CO_TRY_LET(const auto hosts, co_await admin.cloud->hosts());
    for (const auto& host : hosts) {
        const bool is_new = std::ranges::find(before, host.id, &oned::Host::id) == before.end();
        const bool may_be_its = host.onenode.empty() || host.onenode == std::to_string(node.id);
        if (!is_new || !may_be_its || !same_name(host.name, node.name)) continue;
        const auto deleted = co_await admin.cloud->delete_host(host.id);
        if (!deleted && deleted.error().kind != one::ErrorKind::not_found) co_return one::fail(deleted.error());
        tell_audit(admin, "host-removed", {{"host", std::to_string(host.id)}, {"name", host.name}});
    }
    co_return Result<>{};
}

Async<Result<Exit>> tell_of_vms(Admin& admin, Node node, const oned::Host& host, Afterwards afterwards)
{
    const auto count = std::max<std::size_t>(host.vms.size(), static_cast<std::size_t>(std::max(0, host.running_vms)));
    admin.out->warn(
        {.kind = one::ErrorKind::conflict,
         .thing = fmt::format("host {} ({})", host.id, host.name),
         .reason = fmt::format("{} VMs are on it; only the node's certificate is refused from now on", count),
         .next =
             fmt::format("migrate or delete them, then again: onefrontend node {} {}", verb_of(afterwards), node.id),
         .doing = "remove"});
    co_return Exit::warnings;
}

/// From here on every replica refuses it, whatever it is just doing.
Async<Result<>> refuse_node(Admin& admin, Node node, Afterwards afterwards)
{
    Bans bans{*admin.cloud};
    if (afterwards == Afterwards::may_not_join) {
        CO_TRY(co_await bans.ban(node, admin.user, admin.now));
        tell_audit(admin, "node-banned", {{"node", std::to_string(node.id)}, {"name", node.name}});
        co_return Result<>{};
    }
    CO_TRY(co_await bans.refuse(node.id, admin.user, admin.now));
    tell_audit(admin, "node-refused", {{"node", std::to_string(node.id)}, {"name", node.name}});
    CO_TRY_LET(const bool lifted, co_await bans.lift(node.id));  // who is removed may join again
    if (lifted) tell_audit(admin, "ban-lifted", {{"node", std::to_string(node.id)}, {"name", node.name}});
    co_return Result<>{};
}

Async<Result<Exit>> take_away(Admin& admin, std::string which, Afterwards afterwards)
{
    // Hosts first: one that a registration makes from here on is new below; of an earlier one the document knows.
    CO_TRY_LET(const auto hosts, co_await admin.cloud->hosts());
    CO_TRY_LET(const auto node, co_await find_node(admin, which));
    CO_TRY(co_await refuse_node(admin, node, afterwards));
    const auto host = host_among(hosts, node);
    if (host.id >= 0 && (host.running_vms > 0 || !host.vms.empty()))  // its document keeps the SSH pins for those VMs
        co_return co_await tell_of_vms(admin, node, host, afterwards);

    Claims claims{*admin.cloud};
    Nodes nodes{*admin.cloud};
    CO_TRY(co_await claims.close(node.token_id, node.claimed_key));  // first: its spent token brings it back no more
    if (host.id >= 0) {
        CO_TRY(co_await admin.cloud->delete_host(host.id));
        tell_audit(admin, "host-removed", {{"host", std::to_string(host.id)}, {"name", host.name}});
    }
    Revocations revocations{*admin.cloud};
    CO_TRY(co_await revocations.add(node, admin.now));  // it counts once the document is gone
    CO_TRY(co_await nodes.remove(node.id));
    CO_TRY(co_await remove_host_made_meanwhile(admin, node, hosts));
    tell_audit(admin, "node-removed", {{"node", std::to_string(node.id)}, {"name", node.name}});
    const bool banned = afterwards == Afterwards::may_not_join;
    const auto past = host.id >= 0 ? fmt::format(", and host {} is gone from OpenNebula", host.id) : std::string{};
    const auto then = banned
                          ? fmt::format("That machine may not join again until `onefrontend node remove {}`.", node.id)
                          : std::string{"On that machine, `onenode leave --offline` undoes what the join changed."};
    const auto said =
        fmt::format("Node {} ({}) is {}{}. {}", node.id, node.name, banned ? "banned" : "removed", past, then);
    admin.out->say(said, banned ? "node-banned" : "node-removed",
                   {{"id", node.id}, {"name", node.name}, {"host", host.id}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

/// Of a node that is gone only its ban is left.
Async<Result<Exit>> lift_ban(Admin& admin, std::string which, one::Error no_node)
{
    Bans bans{*admin.cloud};
    CO_TRY_LET(const auto all, co_await bans.all());
    const auto is_meant = [&which](const Ban& ban) {
        return ban.for_good && (std::to_string(ban.node) == which || same_name(ban.name, which));
    };
    const auto found = std::ranges::find_if(all, is_meant);
    if (found == all.end()) co_return one::fail(std::move(no_node));
    CO_TRY(co_await bans.lift(found->node));
    tell_audit(admin, "ban-lifted", {{"node", std::to_string(found->node)}, {"name", found->name}});
    const auto said = fmt::format("The ban of node {} ({}) is lifted: that machine may join again, with a new token.",
                                  found->node, found->name);
    admin.out->say(said, "ban-lifted", {{"id", found->node}, {"name", found->name}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace

Async<Result<Exit>> node_ban(Admin& admin, std::string which)
{
    co_return co_await take_away(admin, std::move(which), Afterwards::may_not_join);
}

Async<Result<Exit>> node_remove(Admin& admin, std::string which)
{
    const auto node = co_await find_node(admin, which);
    if (!node && node.error().kind == one::ErrorKind::not_found)
        co_return co_await lift_ban(admin, std::move(which), node.error());
    co_return co_await take_away(admin, std::move(which), Afterwards::may_join);
}

}  // namespace onefrontend::cli
