// onefrontend node list | show; removal.cpp has remove and ban, approval.cpp and rename.cpp approve and reject
#include "frontend/cli/admin.hpp"
#include "frontend/cli/approval.hpp"
#include "frontend/cli/rename.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/twins.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::cli {
namespace {

std::string phase_of(const Node& node, const std::vector<Ban>& bans)
{
    const auto is_it = [&node](const Ban& ban) { return ban.node == node.id && ban.for_good; };
    if (std::ranges::any_of(bans, is_it)) return "banned";
    if (node.banned) return "removed";
    return is_frozen(node) ? "frozen" : std::string{to_string(node.phase)};
}

Json to_object(const Node& node, const std::vector<Ban>& bans)
{
    return {{"id", node.id},
            {"name", node.name},
            {"type", node.type},
            {"address", node.address},
            {"phase", phase_of(node, bans)},
            {"host", host_of(node)},
            {"cluster", node.cluster},
            {"token", node.token_id},
            {"enrolled_at", node.enrolled_at},
            {"generation", node.generation},
            {"key", node.key},
            {"os", node.facts.os},
            {"agent", node.facts.agent_version}};
}

void show_identity(Json& object, const Node& node)
{
    if (!node.pending_key.empty()) object["pending_key"] = node.pending_key;
    object["oneadmin_keys"] = node.oneadmin_keys;
    if (!is_frozen(node)) return;
    object["frozen_at"] = node.frozen.at;
    object["frozen_by"] = "an older certificate, used from " + node.frozen.from;
    object["frozen_next"] = fmt::format("switch the wrong machine off; then onefrontend node approve {0}, or "
                                        "onefrontend node remove {0}",
                                        node.id);
}

/// What it shares with other nodes; nothing where it is like no other.
void show_twins(Json& object, const std::vector<Twin>& twins)
{
    for (const Twin& twin : twins)
        object["shares"].push_back(to_text(twin));
}

/// "joined, like 5", of `node list`.
std::string with_twins(std::string phase, const std::vector<Twin>& twins)
{
    return twins.empty() ? phase : fmt::format("{}, like {}", phase, twins.front().node);
}

/// Machines that may not join again, and whose nodes are gone.
void add_banned(const std::vector<Ban>& bans, const std::vector<Node>& nodes,
                std::vector<std::vector<std::string>>& rows, std::vector<Json>& objects)
{
    for (const Ban& ban : bans) {
        const bool is_listed = std::ranges::find(nodes, ban.node, &Node::id) != nodes.end();
        if (!ban.for_good || is_listed) continue;
        rows.push_back({std::to_string(ban.node), ban.name, "-", "-", "banned", "-", when(ban.at)});
        objects.push_back({{"id", ban.node},
                           {"name", ban.name},
                           {"phase", "banned"},
                           {"banned_by", ban.by},
                           {"banned_at", ban.at},
                           {"machine_id", ban.machine_id},
                           {"ssh_host_keys", ban.ssh_host_keys}});
    }
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
            text += fmt::format("{:<16} {}\n", key, text_of(key, value));
            continue;
        }
        for (const auto& one : value)
            text += fmt::format("{:<16} {}\n", key, one.get<std::string>());
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
    Bans ban_list{*admin.cloud};
    CO_TRY_LET(const auto bans, co_await ban_list.all());
    std::vector<std::vector<std::string>> rows;
    std::vector<Json> objects;
    auto twins = twins_among(all);
    for (const Node& node : all) {
        rows.push_back({std::to_string(node.id), node.name, node.type, node.address,
                        with_twins(with_rename(phase_of(node, bans), node), twins[node.id]),
                        host_of(node) < 0 ? "-" : std::to_string(host_of(node)), when(node.enrolled_at)});
        objects.push_back(to_object(node, bans));
        show_names(objects.back(), node);
        show_twins(objects.back(), twins[node.id]);
    }
    add_banned(bans, all, rows, objects);
    WaitingRoom room{*admin.cloud};
    CO_TRY_LET(const auto waiting, co_await room.all(admin.now));
    for (const Waiting& machine : waiting) {  // `node approve` takes what stands in the first column
        if (machine.token_id >= 0) continue;
        const auto shared = twins_of(to_node(machine), all);
        rows.push_back(row_of(machine, with_twins(std::string{state_of(machine)}, shared)));
        objects.push_back(to_object(machine));
        show_twins(objects.back(), shared);
    }
    admin.out->table({"ID", "NAME", "TYPE", "ADDRESS", "PHASE", "HOST", "ENROLLED"}, rows, "node", objects);
    co_return Exit::ok;
}

Async<Result<Exit>> node_show(Admin& admin, std::string which)
{
    auto node = co_await find_node(admin, which);
    if (!node && looks_like_code(which)) {
        WaitingRoom room{*admin.cloud};
        CO_TRY_LET(const auto waiting, co_await room.find(which, admin.now));
        Nodes nodes{*admin.cloud};
        CO_TRY_LET(const auto sight, co_await nodes.look());
        auto object = to_object(waiting);
        show_twins(object, twins_of(to_node(waiting), sight->nodes.all()));
        admin.out->say(lines_of(object), "node", object);
        co_return Exit::ok;
    }
    if (!node) co_return one::fail(node.error());
    Bans ban_list{*admin.cloud};
    CO_TRY_LET(const auto bans, co_await ban_list.all());
    Nodes nodes{*admin.cloud};
    CO_TRY_LET(const auto sight, co_await nodes.look());
    auto object = to_object(*node, bans);
    object["ssh_host_keys"] = node->ssh_host_keys;
    object["machine_id"] = node->facts.machine_id;
    object["libvirt_uuid"] = node->facts.libvirt_uuid;
    object["iscsi_initiator"] = node->facts.iscsi_initiator;
    object["macs"] = node->facts.macs;
    show_twins(object, twins_of(*node, sight->nodes.all()));
    show_names(object, *node);
    show_identity(object, *node);
    admin.out->say(lines_of(object), "node", object);
    co_return Exit::ok;
}

}  // namespace onefrontend::cli
