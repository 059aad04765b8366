// Finds and removes the predecessor of a machine.
#include "frontend/enroll/former.hpp"

#include "common/text/words.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/revocations.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

one::Failure has_vms(const oned::Host& host)
{
    const auto count = std::max<std::size_t>(host.vms.size(), static_cast<std::size_t>(std::max(0, host.running_vms)));
    return one::fail({.kind = one::ErrorKind::conflict,
                      .thing = fmt::format("host {} ({})", host.id, host.name),
                      .reason = fmt::format("{} VMs are on it as far as OpenNebula knows", count),
                      .next = "on the front-end: migrate, reschedule or delete them; then join again",
                      .doing = "replace"});
}

bool is_own(const oned::Host& host, int own, const std::vector<Node>& nodes)
{
    const auto node = std::ranges::find(nodes, own, &Node::id);
    return node != nodes.end() && (node->host_id == host.id || node->intent.host_id == host.id ||
                                   (!node->intent.host_name.empty() && same_name(node->intent.host_name, host.name)));
}

}  // namespace

Result<Former> find_former(std::string_view name, int own, const std::vector<Node>& nodes,
                           const std::vector<oned::Host>& hosts)
{
    Former former;
    for (const Node& node : nodes)
        if (node.id != own && same_name(node.name, name)) former.nodes.push_back(node);
    const auto host = std::ranges::find_if(
        hosts, [&](const oned::Host& each) { return same_name(each.name, name) && !is_own(each, own, nodes); });
    if (host == hosts.end()) return former;
    if (host->running_vms > 0 || !host->vms.empty()) return has_vms(*host);
    former.host = *host;
    return former;
}

void leave_out(const Former& former, std::vector<Node>& nodes, std::vector<oned::Host>& hosts)
{
    std::erase_if(nodes, [&](const Node& node) {
        return std::ranges::find(former.nodes, node.id, &Node::id) != former.nodes.end();
    });
    std::erase_if(hosts, [&](const oned::Host& host) { return host.id == former.host.id; });
}

Async<Result<>> remove_former(Cloud& cloud, Former former, std::int64_t now)
{
    Claims claims{cloud};
    Nodes nodes{cloud};
    Revocations revocations{cloud};
    for (const Node& node : former.nodes)  // first: its spent token brings it back no more
        CO_TRY(co_await claims.close(node.token_id, node.claimed_key));
    if (former.host.id >= 0) {
        const auto deleted = co_await cloud.delete_host(former.host.id);
        if (!deleted && deleted.error().kind != one::ErrorKind::not_found) co_return one::fail(deleted.error());
    }
    for (const Node& node : former.nodes) {
        CO_TRY(co_await revocations.add(node, now));
        CO_TRY(co_await nodes.remove(node.id));
    }
    co_return Result<>{};
}

std::string to_text(const Former& former)
{
    std::vector<std::string> words;
    for (const Node& node : former.nodes)
        words.push_back(fmt::format("node {}", node.id));
    if (former.host.id >= 0) words.push_back(fmt::format("host {}", former.host.id));
    return one::join(words, " and ");
}

}  // namespace onefrontend
