// What OpenNebula accepts as a name, and who has which.
#include "frontend/enroll/names.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

one::Failure refuse(std::string_view name, ErrorKind kind, std::string reason, std::string next)
{
    return one::fail({.kind = kind,
                      .thing = fmt::format("the host name \"{}\"", name.substr(0, 80)),
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "use"});
}

const Node* owner_of(const NameClaim& claim, const std::vector<Node>& nodes)
{
    const auto owner = std::ranges::find_if(nodes, [&](const Node& node) { return holds_name(node, claim); });
    return owner == nodes.end() ? nullptr : &*owner;
}

bool is_host_of(const oned::Host& host, int own_node, const std::vector<Node>& nodes)
{
    const auto own = std::ranges::find(nodes, own_node, &Node::id);
    return own != nodes.end() && (own->host_id == host.id || own->intent.host_id == host.id ||
                                  (!own->intent.host_name.empty() && same_name(own->intent.host_name, host.name)));
}

}  // namespace

Result<> check_host_name(std::string_view name)
{
    const std::string next = "choose another with --name: 2 to 63 letters, digits, \".\", \"_\" or \"-\"";
    const auto refuse_it = [&](std::string reason) {
        return refuse(name, ErrorKind::invalid, std::move(reason), next);
    };
    if (name.size() < 2) return refuse_it("OpenNebula wants at least 2 characters");
    if (name.size() > 63)
        return refuse_it(fmt::format("OpenNebula takes at most 63 characters, it has {}", name.size()));
    if (!one::consists_of(name, "._-")) return refuse_it("it has characters that OpenNebula refuses");
    if (!one::is_alphanumeric(name.front()) || !one::is_alphanumeric(name.back()))
        return refuse_it("it must begin and end with a letter or a digit");
    return {};
}

bool same_name(std::string_view left, std::string_view right)
{
    return one::same_in_any_case(left, right);
}

int earlier_try(const Trier& who, const std::vector<Node>& nodes)
{
    for (const Node& node : nodes)
        if (!who.key.empty() && (node.claimed_key == who.key || node.key == who.key)) return node.id;
    for (const Node& node : nodes) {
        const bool unfinished = node.phase == Phase::enrolled || node.phase == Phase::registering;
        const bool near = node.address == who.address || node.token_id == who.token;
        if (unfinished && near && !who.machine_id.empty() && node.facts.machine_id == who.machine_id) return node.id;
    }
    return -1;
}

bool holds_name(const Node& node, const NameClaim& claim)
{
    if (node.id == claim.node || !same_name(node.name, claim.name)) return false;
    return !claim.confirmed || node.name_confirmed || is_trusted(node);
}

Result<> check_name_is_free(const NameClaim& claim, const std::vector<Node>& nodes,
                            const std::vector<oned::Host>& hosts, const std::vector<std::string>& reserved)
{
    const auto name = claim.name;
    for (const auto& front_end : reserved)
        if (same_name(front_end, name))
            return refuse(name, ErrorKind::conflict, "it is a name of the front-end itself",
                          "choose another with --name");
    if (same_name(name, "localhost"))
        return refuse(name, ErrorKind::invalid, "every machine has this name", "choose another with --name");
    if (const Node* other = owner_of(claim, nodes))
        return refuse(name, ErrorKind::conflict,
                      fmt::format("node {} at {} has it ({})", other->id, other->address, to_string(other->phase)),
                      fmt::format("choose another with --name; or, where that node is gone for good, on the front-end: "
                                  "onefrontend node remove {}",
                                  other->id));
    for (const auto& host : hosts)
        if (same_name(host.name, name) && !is_host_of(host, claim.node, nodes))
            return refuse(
                name, ErrorKind::conflict, fmt::format("host {} of OpenNebula has it", host.id),
                fmt::format("choose another with --name; or, where that host is not needed, on the front-end: "
                            "onehost delete {}",
                            host.id));
    return {};
}

}  // namespace onefrontend
