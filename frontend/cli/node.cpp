// onefrontend node list | show | remove; approval.cpp and rename.cpp have approve and reject
#include "frontend/cli/admin.hpp"
#include "frontend/cli/approval.hpp"
#include "frontend/cli/rename.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::cli {
namespace {

std::string phase_of(const Node& node)
{
    return node.banned ? "removed" : std::string{to_string(node.phase)};
}

int host_of(const Node& node)
{
    return node.host_id >= 0 ? node.host_id : node.intent.host_id;
}

Json to_object(const Node& node)
{
    return {{"id", node.id},
            {"name", node.name},
            {"type", node.type},
            {"address", node.address},
            {"phase", phase_of(node)},
            {"host", host_of(node)},
            {"cluster", node.cluster},
            {"token", node.token_id},
            {"enrolled_at", node.enrolled_at},
            {"generation", node.generation},
            {"key", node.key},
            {"os", node.facts.os},
            {"agent", node.facts.agent_version}};
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

Async<Result<Exit>> refuse_only(Admin& admin, Node node, const oned::Host& host)
{
    Nodes nodes{*admin.cloud};
    CO_TRY(co_await nodes.ban(node.id, admin.user, admin.now));  // its document keeps the SSH pins for those VMs
    tell_audit(admin, "node-refused", {{"node", std::to_string(node.id)}, {"name", node.name}});
    const auto count = std::max<std::size_t>(host.vms.size(), static_cast<std::size_t>(std::max(0, host.running_vms)));
    admin.terminal->warn(
        {.kind = one::ErrorKind::conflict,
         .thing = fmt::format("host {} ({})", host.id, host.name),
         .reason = fmt::format("{} VMs are on it; only the node's certificate is refused from now on", count),
         .next = fmt::format("migrate or delete them, then again: onefrontend node remove {}", node.id),
         .doing = "remove"});
    co_return Exit::warnings;
}

std::string text_of(const std::string& key, const Json& value)
{
    if (value.is_string()) return value.get<std::string>();
    return key.ends_with("_at") ? when(value.get<std::int64_t>()) : value.dump();
}

std::string lines_of(const Json& object)
{
    std::string text;
    for (const auto& [key, value] : object.items()) {
        if (!value.is_array()) {
            text += fmt::format("{:<14} {}\n", key, text_of(key, value));
            continue;
        }
        for (const auto& one : value)
            text += fmt::format("{:<14} {}\n", key, one.get<std::string>());
    }
    text.pop_back();
    return text;
}

}  // namespace

Async<Result<Node>> find_node(Admin& admin, std::string which)
{
    Nodes nodes{*admin.cloud};
    CO_TRY_LET(const auto all, co_await nodes.all());
    for (const Node& node : all)
        if (std::to_string(node.id) == which) co_return node;
    for (const Node& node : all)  // a name may look like an id: then the id wins
        if (same_name(node.name, which)) co_return node;
    co_return one::fail({.kind = one::ErrorKind::not_found,
                         .thing = "node " + which,
                         .reason = "no node has this id or name",
                         .next = "onefrontend node list",
                         .doing = "find"});
}

Async<Result<Exit>> node_list(Admin& admin)
{
    Nodes nodes{*admin.cloud};
    CO_TRY_LET(const auto all, co_await nodes.all());
    std::vector<std::vector<std::string>> rows;
    std::vector<Json> objects;
    for (const Node& node : all) {
        rows.push_back({std::to_string(node.id), node.name, node.type, node.address, with_rename(phase_of(node), node),
                        host_of(node) < 0 ? "-" : std::to_string(host_of(node)), when(node.enrolled_at)});
        objects.push_back(to_object(node));
        show_names(objects.back(), node);
    }
    WaitingRoom room{*admin.cloud};
    CO_TRY_LET(const auto waiting, co_await room.all(admin.now));
    for (const Waiting& machine : waiting) {  // `node approve` takes what stands in the first column
        if (machine.token_id >= 0) continue;
        rows.push_back(row_of(machine));
        objects.push_back(to_object(machine));
    }
    admin.terminal->table({"ID", "NAME", "TYPE", "ADDRESS", "PHASE", "HOST", "ENROLLED"}, rows, "node", objects);
    co_return Exit::ok;
}

Async<Result<Exit>> node_show(Admin& admin, std::string which)
{
    auto node = co_await find_node(admin, which);
    if (!node && looks_like_code(which)) {
        WaitingRoom room{*admin.cloud};
        CO_TRY_LET(const auto waiting, co_await room.find(which, admin.now));
        const auto object = to_object(waiting);
        admin.terminal->say(lines_of(object), "node", object);
        co_return Exit::ok;
    }
    if (!node) co_return one::fail(node.error());
    auto object = to_object(*node);
    object["ssh_host_keys"] = node->ssh_host_keys;
    show_names(object, *node);
    if (!node->pending_key.empty()) object["pending_key"] = node->pending_key;
    admin.terminal->say(lines_of(object), "node", object);
    co_return Exit::ok;
}

Async<Result<Exit>> node_remove(Admin& admin, std::string which)
{
    // Hosts first: one that a registration makes from here on is new below; of an earlier one the document knows.
    CO_TRY_LET(const auto hosts, co_await admin.cloud->hosts());
    CO_TRY_LET(const auto node, co_await find_node(admin, which));
    const auto host = host_among(hosts, node);
    if (host.id >= 0 && (host.running_vms > 0 || !host.vms.empty())) co_return co_await refuse_only(admin, node, host);

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
    Json fields{{"id", node.id}, {"name", node.name}, {"host", host.id}};
    const auto said =
        fmt::format("Node {} ({}) is removed{}. On that machine, `onenode leave --offline` undoes "
                    "what the join changed.",
                    node.id, node.name, host.id >= 0 ? fmt::format(", and host {} from OpenNebula", host.id) : "");
    admin.terminal->say(said, "node-removed", std::move(fields));
    co_return admin.terminal->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
