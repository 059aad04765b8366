// Judges a node's report of its addresses and its host name.
#include "frontend/enroll/moved.hpp"

#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/names.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

one::Failure taken(const std::string& address, std::string by, std::string next)
{
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = address,
                      .reason = std::move(by) + " has that address",
                      .next = std::move(next),
                      .doing = "move to"});
}

bool is_at(const Node& node, const std::string& address)
{
    return normal_address(node.address) == address || normal_address(node.name) == address;
}

/// A NAME that was chosen at the join fits as long as the node is here.
std::string fitting_name(const Node& node, bool follows_host_name)
{
    if (is_ipv4(node.name)) return is_ipv4(node.address) ? node.address : node.name;
    return follows_host_name ? node.facts.host_name : node.name;
}

}  // namespace

Result<> check_address_is_free(const Node& node, const std::string& address, const Others& others)
{
    for (const Node& other : others.nodes)
        if (other.id != node.id && is_trusted(other) && is_at(other, address))
            return taken(address, fmt::format("node {} ({})", other.id, other.name),
                         fmt::format("its own report frees it; where that node is gone for good, on the front-end: "
                                     "onefrontend node remove {}",
                                     other.id));
    for (const auto& host : others.hosts)
        if (host.id != node.host_id && normal_address(host.name) == address)
            return taken(address, fmt::format("host {} of OpenNebula", host.id),
                         fmt::format("where that host is not needed, on the front-end: onehost delete {}", host.id));
    return {};
}

Result<std::string> address_now(const Node& node, const std::vector<std::string>& addresses, std::string_view source,
                                const Others& others)
{
    const bool still_has_it = std::ranges::find(addresses, node.address) != addresses.end();
    if (still_has_it || normal_address(source) == node.address) return node.address;
    TRY_LET(auto address, back_login_address("", source, others.closed_networks));
    TRY(check_address_is_free(node, address, others));
    return address;
}

void take_marks(one::wire::Facts& facts, const one::wire::MovedRequest& told)
{
    if (!told.libvirt_uuid.empty()) facts.libvirt_uuid = told.libvirt_uuid;
    if (!told.iscsi_initiator.empty()) facts.iscsi_initiator = told.iscsi_initiator;
    if (!told.macs.empty()) facts.macs = told.macs;
}

void take_host_name(Node& node, std::string host_name, std::int64_t now)
{
    const bool was_called_so = same_name(node.name, node.facts.host_name) || !node.rename.name.empty();
    node.facts.host_name = std::move(host_name);
    std::string name = fitting_name(node, was_called_so);
    if (same_name(name, node.name))
        node.rename = {};
    else if (name != node.rename.name)
        node.rename = {.name = std::move(name), .asked_at = now};
}

std::string trouble_with(const Node& node, const Others& others)
{
    if (const auto good = check_host_name(node.rename.name); !good) return good.error().reason;
    const NameClaim claim{.name = node.rename.name, .node = node.id, .confirmed = true};
    const auto is_free = check_name_is_free(claim, others.nodes, others.hosts, others.frontend_names);
    return is_free ? std::string{} : is_free.error().reason;
}

one::wire::MovedAnswer moved_answer(const Node& node)
{
    one::wire::MovedAnswer answer;
    answer.address = node.address;
    if (!node.name_trouble.empty())
        answer.findings.push_back(
            {.id = "host-name",
             .severity = "error",
             .message = node.name_trouble,
             .fix = fmt::format("let {} lead to {} in the front-end's DNS or /etc/hosts", node.name, node.address)});
    if (!waits_for_rename(node)) return answer;
    answer.rename = node.rename.name;
    const std::string decide = fmt::format("onefrontend node approve {0}, or onefrontend node reject {0}", node.id);
    if (node.rename.trouble.empty())
        answer.findings.push_back({.id = "rename",
                                   .severity = "warning",
                                   .message = fmt::format("its rename to {} waits for an admin", node.rename.name),
                                   .fix = "on the front-end: " + decide});
    else
        answer.findings.push_back(
            {.id = "rename",
             .severity = "warning",
             .message = fmt::format("its rename to {} waits: {}", node.rename.name, node.rename.trouble),
             .fix = "mend that, or on the front-end: onefrontend node reject " + std::to_string(node.id)});
    return answer;
}

}  // namespace onefrontend
