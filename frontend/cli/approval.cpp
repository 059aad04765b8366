// onefrontend node approve | reject
#include "frontend/cli/approval.hpp"

#include "frontend/cli/admin.hpp"
#include "frontend/cli/rename.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/twins.hpp"

#include <fmt/format.h>

namespace onefrontend::cli {
namespace {

void tell(Admin& admin, std::string_view event, const Waiting& waiting)
{
    tell_audit(admin, event,
               {{"code", waiting.code},
                {"from", waiting.source},
                {"host_name", waiting.facts.host_name},
                {"token", std::to_string(waiting.token_id)}});
}

/// Of a node that waits to be renamed, since no machine waits under such a code; kind not_found: neither does.
Async<Result<Node>> node_to_rename(Admin& admin, std::string which)
{
    auto node = co_await find_node(admin, which);
    if (node || node.error().kind != one::ErrorKind::not_found) co_return node;
    co_return one::fail({.kind = one::ErrorKind::not_found,
                         .thing = "what waits as " + which,
                         .reason = "it is no code of a machine, and no node has this id or name",
                         .next = "onefrontend node list",
                         .doing = "find"});
}

/// Of those that do not keep it from joining.
Async<Result<>> warn_of_twins(Admin& admin, Waiting waiting)
{
    Nodes nodes{*admin.cloud};
    CO_TRY_LET(const auto sight, co_await nodes.look());
    const Node node = to_node(waiting);
    for (auto& finding : findings_of(node, twins_of(node, sight->nodes.all())))
        admin.out->warn(
            {.kind = one::ErrorKind::conflict, .reason = std::move(finding.message), .next = std::move(finding.fix)});
    co_return Result<>{};
}

/// The machine with the newest certificate goes on; an older one freezes it again.
Async<Result<Exit>> thaw(Admin& admin, Node node)
{
    Nodes nodes{*admin.cloud};
    Nodes::Edit go_on = [](Node& present) -> Result<> {
        present.frozen = {};
        return {};
    };
    CO_TRY(co_await nodes.change(node.id, std::move(go_on)));
    tell_audit(admin, "node-thawed", {{"node", std::to_string(node.id)}, {"name", node.name}});
    const auto said =
        fmt::format("Node {} ({}) goes on with its newest certificate (generation {}). Where an older one "
                    "is used again, it is frozen again.",
                    node.id, node.name, node.generation);
    admin.out->say(said, "node-thawed", {{"id", node.id}, {"name", node.name}, {"generation", node.generation}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace

std::vector<std::string> row_of(const Waiting& waiting, std::string phase)
{
    return {waiting.code,          name_of(waiting), waiting.wishes.type.empty() ? "-" : waiting.wishes.type,
            waiting.source,        std::move(phase), "-",
            when(waiting.asked_at)};
}

Json to_object(const Waiting& waiting)
{
    const auto& facts = waiting.facts;
    return {{"code", waiting.code},
            {"name", name_of(waiting)},
            {"type", waiting.wishes.type},
            {"address", waiting.source},
            {"phase", state_of(waiting)},
            {"host_name", facts.host_name},
            {"machine_id", facts.machine_id},
            {"libvirt_uuid", facts.libvirt_uuid},
            {"iscsi_initiator", facts.iscsi_initiator},
            {"macs", facts.macs},
            {"addresses", facts.addresses},
            {"os", facts.os},
            {"kernel", facts.kernel},
            {"architecture", facts.architecture},
            {"agent", facts.agent_version},
            {"ssh_host_keys", facts.ssh_host_keys},
            {"asked_at", waiting.asked_at},
            {"ends_at", waiting.ends_at}};
}

Async<Result<Exit>> node_approve(Admin& admin, std::string which)
{
    if (!looks_like_code(which)) {
        CO_TRY_LET(auto node, co_await node_to_rename(admin, std::move(which)));
        if (is_frozen(node)) co_return co_await thaw(admin, std::move(node));
        co_return co_await approve_rename(admin, std::move(node));
    }
    WaitingRoom room{*admin.cloud};
    CO_TRY_LET(const auto waiting, co_await room.approve(std::move(which), admin.user, admin.now));
    tell(admin, "approved", waiting);
    CO_TRY(co_await warn_of_twins(admin, waiting));
    const auto said =
        fmt::format("{} ({}) may join; it goes on by itself. Its token {} has one use and ends in an hour.",
                    name_of(waiting), waiting.source, waiting.token_id);
    admin.out->say(said, "approved", {{"code", waiting.code}, {"token", waiting.token_id}, {"name", name_of(waiting)}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

Async<Result<Exit>> node_reject(Admin& admin, std::string which)
{
    if (!looks_like_code(which)) {
        CO_TRY_LET(auto node, co_await node_to_rename(admin, std::move(which)));
        co_return co_await reject_rename(admin, std::move(node));
    }
    WaitingRoom room{*admin.cloud};
    CO_TRY_LET(const auto waiting, co_await room.reject(std::move(which), admin.now));
    tell(admin, "rejected", waiting);
    const auto said = fmt::format("{} ({}) may not join, and is told so.", name_of(waiting), waiting.source);
    admin.out->say(said, "rejected", {{"code", waiting.code}, {"name", name_of(waiting)}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

}  // namespace onefrontend::cli
