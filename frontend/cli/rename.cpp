// onefrontend node approve | reject, of a rename: the host in OpenNebula first, then the node's document. Whoever dies
// in between does it again: the host has the new name already, and that is no error.
#include "frontend/cli/rename.hpp"

#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/moved.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/nodes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::cli {
namespace {

one::Error refusal(const Node& node, std::string reason, std::string next)
{
    return {.kind = one::ErrorKind::conflict,
            .thing = fmt::format("node {} ({})", node.id, node.name),
            .reason = std::move(reason),
            .next = std::move(next),
            .doing = "rename"};
}

Result<> must_wait(const Node& node)
{
    if (waits_for_rename(node)) return {};
    return one::fail(
        refusal(node, "no rename of it waits", fmt::format("look at it: onefrontend node show {}", node.id)));
}

Result<> must_be_possible(const Node& node, const Others& others)
{
    auto trouble = trouble_with(node, others);
    if (trouble.empty()) trouble = node.rename.trouble;
    if (trouble.empty()) return {};
    return one::fail(refusal(node, std::move(trouble),
                             fmt::format("let {} lead to {} here; the node asks again within a minute. Or: "
                                         "onefrontend node reject {}",
                                         node.rename.name, node.address, node.id)));
}

Result<oned::Host> host_of(const Node& node, const std::vector<oned::Host>& hosts)
{
    const auto found = std::ranges::find(hosts, node.host_id, &oned::Host::id);
    if (found == hosts.end())
        return one::fail(refusal(node, "its host is not in OpenNebula any more",
                                 fmt::format("onefrontend node remove {}", node.id)));
    if (found->name == node.name || found->name == node.rename.name) return *found;
    return one::fail(
        refusal(node, fmt::format("OpenNebula calls its host {} \"{}\": somebody renamed it", found->id, found->name),
                fmt::format("onehost rename {} {}, then again", found->id, node.name)));
}

/// OpenNebula calls a virtual machine's host by the name that it had when the machine was started there.
Result<> must_not_lose_vms(Admin& admin, const Node& node, const oned::Host& host)
{
    const auto count = std::max<std::size_t>(host.vms.size(), static_cast<std::size_t>(std::max(0, host.running_vms)));
    if (count == 0 || host.name == node.rename.name) return {};
    if (node.name_trouble.empty())
        return one::fail(refusal(
            node, fmt::format("{} VMs are on it, and OpenNebula will go on looking for them at {}", count, node.name),
            fmt::format("onehost flush {}, then again: onefrontend node approve {}", host.id, node.id)));
    admin.out->warn(
        refusal(node, fmt::format("{} VMs are on it, and OpenNebula looks for them at {} as before", count, node.name),
                fmt::format("let {} lead to {} too, until they are gone from it", node.name, node.address)));
    return {};
}

Async<Result<Others>> look_at_others(Admin& admin)
{
    Nodes nodes{*admin.cloud};
    Others others;
    CO_TRY_LET(others.nodes, co_await nodes.all());
    CO_TRY_LET(others.hosts, co_await admin.cloud->hosts());
    others.frontend_names = server_names(*admin.config);
    co_return others;
}

std::vector<std::pair<std::string, std::string>> story(const Node& node)
{
    return {{"node", std::to_string(node.id)},
            {"host", std::to_string(node.host_id)},
            {"from", node.name},
            {"to", node.rename.name}};
}

}  // namespace

Async<Result<Exit>> approve_rename(Admin& admin, Node node)
{
    CO_TRY(must_wait(node));
    CO_TRY_LET(const auto others, co_await look_at_others(admin));
    CO_TRY(must_be_possible(node, others));
    CO_TRY_LET(const auto host, host_of(node, others.hosts));
    CO_TRY(must_not_lose_vms(admin, node, host));
    std::string name = node.rename.name;
    CO_TRY(co_await admin.cloud->rename_host(host.id, std::move(name)));

    Nodes nodes{*admin.cloud};
    Nodes::Edit rename = [&node](Node& present) -> Result<> {
        present.name = node.rename.name;
        present.name_confirmed = true;
        if (present.rename.name == node.rename.name) present.rename = {};  // else it asks for another one by now
        present.name_trouble.clear();
        return {};
    };
    CO_TRY(co_await nodes.change(node.id, std::move(rename)));
    tell_audit(admin, "renamed", story(node));
    const auto said = fmt::format("Host {} is {} now, it was {}. The other nodes learn of it within a minute.", host.id,
                                  node.rename.name, node.name);
    admin.out->say(said, "renamed",
                   {{"id", node.id}, {"host", host.id}, {"name", node.rename.name}, {"earlier_name", node.name}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

Async<Result<Exit>> reject_rename(Admin& admin, Node node)
{
    CO_TRY(must_wait(node));
    Nodes nodes{*admin.cloud};
    Nodes::Edit reject = [&node](Node& present) -> Result<> {
        if (present.rename.name != node.rename.name)
            return one::fail(refusal(node, "it asks for another name by now", "try again"));
        present.rename.rejected = true;
        return {};
    };
    CO_TRY(co_await nodes.change(node.id, std::move(reject)));
    tell_audit(admin, "rename-rejected", story(node));
    const auto said =
        fmt::format("{} stays {}. It asks again where its host name changes once more.", node.name, node.name);
    admin.out->say(said, "rename-rejected", {{"id", node.id}, {"name", node.name}, {"wanted", node.rename.name}});
    co_return admin.out->warned() ? Exit::warnings : Exit::ok;
}

void show_names(Json& object, const Node& node)
{
    if (!node.name_trouble.empty()) {
        object["name_trouble"] = node.name_trouble;
        object["name_fix"] = fmt::format("let {} lead to {} here", node.name, node.address);
    }
    if (!waits_for_rename(node)) return;
    object["rename_to"] = node.rename.name;
    object["rename_asked_at"] = node.rename.asked_at;
    if (!node.rename.trouble.empty()) object["rename_trouble"] = node.rename.trouble;
    object["rename_next"] = fmt::format("onefrontend node approve {0}, or onefrontend node reject {0}", node.id);
}

std::string with_rename(std::string phase, const Node& node)
{
    if (waits_for_rename(node) && !node.banned) phase += ", to be " + node.rename.name;
    return phase;
}

}  // namespace onefrontend::cli
