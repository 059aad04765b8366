// Finds name, type, cluster and address for an applicant, or says what is in the way.
#include "frontend/enroll/place.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/facts.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/enroll/trial.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::Async;
using one::ErrorKind;
using one::Result;

struct Rest {  // without whoever is replaced
    std::vector<Node> nodes{};
    std::vector<oned::Host> hosts{};
};

Async<Result<std::shared_ptr<const std::vector<oned::Host>>>> hosts_together(Cloud& cloud)
{
    std::string question = "hosts";
    const auto find = [&cloud](const std::shared_ptr<const std::vector<oned::Host>>&) { return cloud.hosts(); };
    co_return co_await oned::ask_together<std::vector<oned::Host>>(cloud.together(), std::move(question), find);
}

Async<Result<std::shared_ptr<const std::vector<oned::Cluster>>>> clusters_together(Cloud& cloud)
{
    std::string question = "clusters";
    const auto find = [&cloud](const std::shared_ptr<const std::vector<oned::Cluster>>&) { return cloud.clusters(); };
    co_return co_await oned::ask_together<std::vector<oned::Cluster>>(cloud.together(), std::move(question), find);
}

one::Failure refuse(ErrorKind kind, std::string thing, std::string reason, std::string next)
{
    return one::fail({.kind = kind,
                      .thing = std::move(thing),
                      .reason = std::move(reason),
                      .next = std::move(next),
                      .doing = "use"});
}

Result<std::string> choose_type(const one::wire::Wishes& wishes, const one::wire::Facts& facts,
                                const TokenLimits& limits)
{
    if (wishes.type == trial_type && is_trial(limits)) return wishes.type;
    if (wishes.type == "kvm" || wishes.type == "qemu" || wishes.type == "lxc") return wishes.type;
    if (wishes.type.empty()) return std::string{facts.kvm_usable ? "kvm" : "qemu"};
    return refuse(ErrorKind::invalid, "the type " + wishes.type, "there is no such type",
                  "give --type kvm, qemu or lxc");
}

Result<oned::Cluster> choose_cluster(const std::string& wish, const std::vector<oned::Cluster>& clusters)
{
    const auto id = wish.empty() ? std::optional{0} : one::to_number<int>(wish);
    for (const auto& cluster : clusters)
        if (id ? cluster.id == *id : cluster.name == wish) return cluster;
    std::vector<std::string> known;
    for (const auto& cluster : clusters)
        known.push_back(cluster.name);
    return refuse(ErrorKind::not_found, fmt::format("the cluster \"{}\"", wish), "OpenNebula has no such cluster",
                  "give --cluster one of: " + one::join(known, ", "));
}

std::vector<std::string> addresses_of(const Applicant& who, const std::string& address)
{
    std::vector<std::string> all{address};
    for (const auto& own : who.facts.addresses)
        all.push_back(normal_address(own));
    return all;
}

/// The machine's own name where our resolver knows it as this machine; else the address.
Async<Result<std::string>> propose_name(Procedures& procedures, const Applicant& who, const std::string& address)
{
    if (check_host_name(who.facts.host_name) && !same_name(who.facts.host_name, "localhost")) {
        const auto unlike = co_await procedures.check_name(who.facts.host_name, addresses_of(who, address));
        if (unlike.empty()) co_return who.facts.host_name;
    }
    if (is_ipv4(address)) co_return address;
    co_return refuse(
        ErrorKind::invalid, fmt::format("the host name \"{}\"", who.facts.host_name),
        fmt::format("the front-end does not know it as {}, and an IPv6 address cannot be a host's name", address),
        "give --name a name that resolves to this machine on the front-end");
}

/// Whether the name is that address by our resolver's word, whatever the applicant says of its addresses.
Async<std::vector<one::wire::Finding>> check_leads_to(Procedures& procedures, std::string name, std::string address)
{
    std::vector<std::string> only{std::move(address)};
    co_return co_await procedures.check_name(std::move(name), std::move(only));
}

/// One machine under two names would be two hosts that show the same VMs.
Result<> check_is_no_other_node(const one::wire::Facts& facts, const std::string& address, int own,
                                const std::vector<Node>& nodes)
{
    const auto is_this_machine = [&](const Node& node) {
        const bool same_id = !facts.machine_id.empty() && node.facts.machine_id == facts.machine_id;
        const bool same_uuid = !facts.libvirt_uuid.empty() && node.facts.libvirt_uuid == facts.libvirt_uuid;
        return node.id != own && node.phase != Phase::enrolled && node.address == address && (same_id || same_uuid);
    };
    const auto other = std::ranges::find_if(nodes, is_this_machine);
    if (other == nodes.end()) return {};
    return refuse(ErrorKind::conflict, "this machine",
                  fmt::format("it is node {} already ({}, {})", other->id, other->name, to_string(other->phase)),
                  fmt::format("on the front-end: onefrontend node remove {}, then join again", other->id));
}

/// What was asked for may not change under a join that has got further.
Result<> check_unchanged(const Node& earlier, const Node& wanted)
{
    if (earlier.phase == Phase::enrolled) return {};
    const std::string next = "onenode leave, then join again";
    if (!same_name(earlier.name, wanted.name))
        return refuse(ErrorKind::conflict, "the name " + wanted.name, "this machine is registered as " + earlier.name,
                      next);
    if (earlier.type != wanted.type)
        return refuse(ErrorKind::conflict, "the type " + wanted.type, "this machine is registered as " + earlier.type,
                      next);
    if (earlier.cluster_id != wanted.cluster_id)
        return refuse(ErrorKind::conflict, "the cluster " + wanted.cluster,
                      "this machine is registered in " + earlier.cluster, next);
    return {};
}

one::wire::Wishes with_earlier(one::wire::Wishes wishes, const Node& earlier)
{
    if (wishes.name.empty()) wishes.name = earlier.name;
    if (wishes.type.empty()) wishes.type = earlier.type;
    if (wishes.cluster.empty() && earlier.cluster_id >= 0) wishes.cluster = std::to_string(earlier.cluster_id);
    return wishes;
}

Result<> check_token_name(const Token& token, const std::string& name)
{
    if (token.name.empty() || same_name(token.name, name)) return {};
    return refuse(ErrorKind::denied, "the name " + name, "the token is for " + token.name + " only",
                  "leave --name out, or ask for a token without --name");
}

Result<> check_cluster(const TokenLimits& limits, const oned::Cluster& cluster,
                       const std::vector<oned::Cluster>& clusters)
{
    if (limits.cluster.empty()) return {};
    TRY_LET(const auto allowed, choose_cluster(limits.cluster, clusters));
    if (allowed.id == cluster.id) return {};
    return refuse(ErrorKind::denied, "the cluster " + cluster.name, "the token is for " + allowed.name + " only",
                  "leave --cluster out, or ask for a token without --cluster");
}

void note_former(const Former& former, const std::string& name, std::vector<one::wire::Finding>& findings)
{
    if (former.empty()) return;
    findings.push_back({.id = "name-replaced",
                        .severity = "warning",
                        .message = fmt::format("{} has the name {} and is removed by this join: the token was made for "
                                               "that",
                                               to_text(former), name),
                        .fix = "nothing, where the machine that had the name is gone or is this one"});
}

void note_nat(const Applicant& who, const std::string& address, std::vector<one::wire::Finding>& findings)
{
    const auto own = addresses_of(who, address);
    if (who.facts.addresses.empty() || std::find(own.begin() + 1, own.end(), address) != own.end()) return;
    findings.push_back(
        {.id = "address-translated",
         .severity = "warning",
         .message = fmt::format("the front-end sees this machine as {}, which none of its interfaces has", address),
         .fix = "let the machine reach the front-end without network address translation"});
}

}  // namespace

const one::wire::Finding* first_error(const std::vector<one::wire::Finding>& findings)
{
    const auto found = std::ranges::find(findings, "error", &one::wire::Finding::severity);
    return found == findings.end() ? nullptr : &*found;
}

Async<Result<Place>> find_place(Cloud& cloud, Procedures& procedures, const Applicant& who, const Token& token,
                                const std::vector<Node>& present, std::vector<std::string> frontend_names)
{
    CO_TRY(check_facts(who.facts));
    CO_TRY(check_source(token.limits, who.source_address));
    const bool is_tried = is_trial(token.limits);
    const std::vector<std::string> none_closed;
    const auto& closed = is_tried ? none_closed : who.closed_networks;
    CO_TRY_LET(const auto address, back_login_address(who.wishes.address, who.source_address, closed));
    CO_TRY_LET(const auto present_hosts, co_await hosts_together(cloud));
    CO_TRY_LET(const auto present_clusters, co_await clusters_together(cloud));
    const auto& clusters = *present_clusters;
    const auto* nodes = &present;
    const auto* hosts = present_hosts.get();
    Rest rest;

    Place place;
    auto wishes = who.wishes;
    if (wishes.type.empty() && !is_tried) wishes.type = token.limits.type;
    if (wishes.cluster.empty()) wishes.cluster = token.limits.cluster;
    const int earlier = earlier_try(
        {.key = who.key, .machine_id = who.facts.machine_id, .address = address, .token = token.id}, present);
    if (token.limits.replaces) {
        CO_TRY_LET(place.former, find_former(token.name, earlier, *nodes, *hosts));
        rest = {*nodes, *hosts};
        leave_out(place.former, rest.nodes, rest.hosts);
        nodes = &rest.nodes;
        hosts = &rest.hosts;
    }
    CO_TRY(check_is_no_other_node(who.facts, address, earlier, *nodes));
    if (const auto found = std::ranges::find(*nodes, earlier, &Node::id); found != nodes->end()) {
        place.node = *found;
        wishes = with_earlier(std::move(wishes), *found);
    }
    if (wishes.name.empty()) wishes.name = token.name;
    if (wishes.name.empty()) {
        CO_TRY_LET(wishes.name, co_await propose_name(procedures, who, address));
    }
    CO_TRY(check_host_name(wishes.name));
    CO_TRY(check_token_name(token, wishes.name));
    CO_TRY(check_pattern(token.limits, wishes.name));
    std::vector<one::wire::Finding> doubts;
    if (!is_tried) doubts = co_await check_leads_to(procedures, wishes.name, address);
    const bool confirmed = !is_tried && first_error(doubts) == nullptr;
    const NameClaim claim{.name = wishes.name, .node = earlier, .confirmed = confirmed};
    CO_TRY(check_name_is_free(claim, *nodes, *hosts, frontend_names));

    Node wanted = place.node;
    wanted.name = wishes.name;
    wanted.name_confirmed = confirmed;
    CO_TRY_LET(wanted.type, choose_type(wishes, who.facts, token.limits));
    CO_TRY(check_type(token.limits, wanted.type));
    CO_TRY_LET(const auto cluster, choose_cluster(wishes.cluster, clusters));
    CO_TRY(check_cluster(token.limits, cluster, clusters));
    wanted.cluster = cluster.name;
    wanted.cluster_id = cluster.id;
    wanted.address = address;
    wanted.facts = who.facts;
    wanted.ssh_host_keys = who.facts.ssh_host_keys;
    CO_TRY(check_unchanged(place.node, wanted));
    place.twins = twins_of(wanted, *nodes);

    // A name that leads to this address and nowhere else leads to no address that the machine does not have.
    if (!doubts.empty()) place.findings = co_await procedures.check_name(wanted.name, addresses_of(who, address));
    note_former(place.former, wanted.name, place.findings);
    note_nat(who, address, place.findings);
    place.node = std::move(wanted);
    co_return place;
}

}  // namespace onefrontend
