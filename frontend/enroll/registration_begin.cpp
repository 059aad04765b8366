// POST /v1/register: intent first, then the host; an earlier try of the same node goes on.
#include "frontend/enroll/registration.hpp"

#include "common/log.hpp"
#include "frontend/enroll/registration_words.hpp"

#include <algorithm>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::wire::HostReport;

/// The ids that a missing proof has in output, JSON and journal.
std::string missing_proofs(const Proofs& proofs)
{
    std::string missing;
    const auto add = [&](bool done, const char* name) {
        if (!done) missing += (missing.empty() ? "" : ", ") + std::string{name};
    };
    add(proofs.login_ok, "login");
    add(proofs.monitoring_ok, "monitoring");
    add(proofs.rehearsal_ok, "rehearsal");
    return missing;
}

/// oned surely did not allocate; after a lost answer nobody knows.
bool surely_not_done(ErrorKind kind)
{
    return kind != ErrorKind::unreachable && kind != ErrorKind::timeout && kind != ErrorKind::internal;
}

/// The node was removed, or left, while its host was made.
bool is_not_ours_any_more(ErrorKind kind)
{
    return kind == ErrorKind::not_found || kind == ErrorKind::busy;
}

/// An earlier try's host that the node can go on with. One in ERROR is made anew: oned looks at a new host at once, at
/// an old one after three minutes.
bool is_what_it_asks_for(const oned::Host& host, const Node& node)
{
    const bool same_cluster = node.cluster_id < 0 || host.cluster_id == node.cluster_id;
    const bool may_recover = host.state != oned::HostState::error || has_vms(host);
    return host.name == node.name && host.im_mad == node.type && same_cluster && may_recover;
}

}  // namespace

/// Of a node that was removed or left while it was registered: no document names this host any more, so no sweep would find it.
Async<Result<HostReport>> Registration::take_back(Node node, one::Error why)
{
    const auto deleted = co_await oned_->delete_host(node.intent.host_id);
    if (!deleted && deleted.error().kind != ErrorKind::not_found) {
        one::log::error("host of a removed node stays",
                        {{"node", node.name}, {"host", node.intent.host_id}, {"reason", to_line(deleted.error())}});
        co_return one::fail(deleted.error());
    }
    co_return one::fail(std::move(why));
}

Async<Result<HostReport>> Registration::register_host(Node node)
{
    if (node.banned)
        co_return one::fail(
            {.kind = ErrorKind::denied, .thing = "node " + node.name, .reason = "it is banned", .doing = "register"});
    if (const auto missing = missing_proofs(node.proofs); !missing.empty())
        co_return one::fail({.kind = ErrorKind::conflict,
                             .thing = "node " + node.name,
                             .reason = "not proven yet: " + missing,
                             .next = "run `onenode join` on the node again",
                             .doing = "register"});

    auto own = co_await own_host(node);
    if (own && node.phase == Phase::joined) co_return co_await describe(std::move(node), *std::move(own));
    if (own && !is_what_it_asks_for(*own, node)) {
        if (has_vms(*own)) co_return one::fail(vms_run(*own));
        CO_TRY(co_await oned_->delete_host(own->id));
        own = one::fail({.kind = ErrorKind::not_found});
    }
    if (!own && own.error().kind != ErrorKind::not_found) co_return one::fail(std::move(own).error());
    const Node before = node;
    node.phase = Phase::registering;
    node.host_id = -1;
    node.intent.host_name = node.name;
    node.intent.deadline = epoch_now() + config_->register_wait.count();
    node.intent.host_id = own ? own->id : -1;
    if (own) {  // go on with the host of an earlier try
        CO_TRY(co_await advance(before, node));
        co_return co_await describe(std::move(node), *std::move(own));
    }

    // Looked up before the intent is written: what the intent names, the sweep may remove.
    CO_TRY_LET(const auto hosts, co_await oned_->hosts());
    const auto taken = std::ranges::find(hosts, node.name, &oned::Host::name);
    if (taken != hosts.end())
        co_return one::fail({.kind = ErrorKind::conflict,
                             .thing = "node " + node.name,
                             .reason = "OpenNebula's " + host_words(*taken) + " has that name",
                             .next = "choose another name (onenode join --name), or delete that host (onehost delete " +
                                     std::to_string(taken->id) + ")",
                             .doing = "register"});
    CO_TRY(co_await advance(before, node));

    std::string name = node.name;
    std::string im_mad = node.type;
    std::string vm_mad = node.type;
    auto allocated =
        co_await oned_->allocate_host(std::move(name), std::move(im_mad), std::move(vm_mad), node.cluster_id);
    if (!allocated) {
        if (surely_not_done(allocated.error().kind)) CO_TRY(co_await forget_intent(node));
        co_return one::fail(std::move(allocated).error());
    }
    const Node intended = node;
    node.intent.host_id = *allocated;
    const auto noted = co_await advance(intended, node);
    if (!noted && is_not_ours_any_more(noted.error().kind))
        co_return co_await take_back(std::move(node), noted.error());
    if (!noted) co_return one::fail(noted.error());
    one::log::info("host registered", {{"node", node.name}, {"host", *allocated}});
    co_return HostReport{
        .host_id = *allocated, .name = node.name, .state = "init", .phase = std::string{to_string(node.phase)}};
}

}  // namespace onefrontend
