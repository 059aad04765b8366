#include "frontend/enroll/registration.hpp"

#include "common/log.hpp"
#include "frontend/proofs/monitor_log.hpp"

#include <algorithm>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::wire::HostReport;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds grace{10};  // between an intent's deadline and the sweep: a commit under way then is not cut off
constexpr seconds reason_delay{2};  // onemonitord changes the state before it writes why
constexpr milliseconds first_look{200};
constexpr milliseconds longest_look{1000};
constexpr int offline = 2;  // of one.host.status

std::int64_t epoch_now()
{
    return std::chrono::duration_cast<seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string host_words(const oned::Host& host)
{
    return "host " + std::to_string(host.id) + " (" + host.name + ")";
}

HostReport without_host(const Node& node)
{
    return {.name = node.name, .phase = std::string{to_string(node.phase)}};
}

bool has_vms(const oned::Host& host)
{
    return host.running_vms > 0 || !host.vms.empty();
}

one::Error vms_run(const oned::Host& host)
{
    const auto count = std::max<std::size_t>(host.vms.size(), static_cast<std::size_t>(std::max(host.running_vms, 0)));
    return {.kind = ErrorKind::conflict,
            .thing = host_words(host),
            .reason = "OpenNebula has " + std::to_string(count) + " VMs on it",
            .next = "migrate or delete them (onevm list --filter HOST=" + host.name + ")",
            .doing = "remove"};
}

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

/// Nobody else's: this name, these drivers, and no node has put its mark on it, or ours has.
bool may_be_ours(const oned::Host& host, const Node& node)
{
    return host.name == node.intent.host_name && host.im_mad == node.type &&
           (host.onenode.empty() || host.onenode == std::to_string(node.id));
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

/// The host of this node: by the id that was stored, else by the intent's name. Kind not_found: there is none.
Async<Result<oned::Host>> Registration::own_host(const Node& node)
{
    const int id = node.host_id >= 0 ? node.host_id : node.intent.host_id;
    if (id >= 0) co_return co_await oned_->host(id);
    if (!node.intent.host_name.empty()) {
        CO_TRY_LET(const auto hosts, co_await oned_->hosts());
        const auto found = std::ranges::find_if(hosts, [&](const oned::Host& host) { return may_be_ours(host, node); });
        if (found != hosts.end()) co_return *found;
    }
    co_return one::fail({.kind = ErrorKind::not_found,
                         .thing = "the host of node " + node.name,
                         .reason = "OpenNebula has none",
                         .doing = "find"});
}

Async<Result<HostReport>> Registration::describe(Node node, oned::Host host)
{
    HostReport report{.host_id = host.id,
                      .name = host.name,
                      .state = std::string{to_string(host.state)},
                      .phase = std::string{to_string(node.phase)},
                      .running_vms = host.running_vms};
    if (host.state != oned::HostState::error) co_return report;
    for (const auto deadline = steady_clock::now() + reason_delay; report.reason.empty();) {
        auto look = [log = config_->monitor_log, id = host.id] { return reason_for_host(log, id); };
        const auto reason = co_await one::off_the_loop(*pool_, std::move(look));
        if (reason)
            report.reason = *reason;
        else
            report.reason = "unknown: " + to_line(reason.error());
        if (steady_clock::now() >= deadline || !co_await one::pause(first_look)) break;
    }
    if (report.reason.empty()) report.reason = config_->monitor_log + " does not say why; oned says: " + host.error;
    co_return report;
}

Async<Result<>> Registration::forget_intent(Node node)
{
    node.intent = {};
    if (node.phase == Phase::registering) node.phase = Phase::enrolled;
    co_return co_await nodes_->replace(std::move(node));
}

/// A node that waits for its host is at work on its join, whatever --wait it was given. Written only now and then.
Async<Result<>> Registration::put_off_sweep(const Node& node, seconds wait)
{
    const auto deadline = epoch_now() + (wait + config_->register_wait).count();
    const auto worth_a_write = (config_->register_wait / 4).count();
    if (node.phase != Phase::registering || deadline - node.intent.deadline < worth_a_write) co_return Result<>{};
    CO_TRY_LET(auto present, co_await nodes_->get(node.id));
    if (present.phase != Phase::registering) co_return Result<>{};
    present.intent.deadline = deadline;
    co_return co_await nodes_->replace(std::move(present));
}

/// Of a node that was removed while it was registered: no document names this host any more, so no sweep would find it.
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
    node.phase = Phase::registering;
    node.host_id = -1;
    node.intent.host_name = node.name;
    node.intent.deadline = epoch_now() + config_->register_wait.count();
    node.intent.host_id = own ? own->id : -1;
    if (own) {  // go on with the host of an earlier try
        CO_TRY(co_await nodes_->replace(node));
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
    CO_TRY(co_await nodes_->replace(node));

    std::string name = node.name;
    std::string im_mad = node.type;
    std::string vm_mad = node.type;
    auto allocated =
        co_await oned_->allocate_host(std::move(name), std::move(im_mad), std::move(vm_mad), node.cluster_id);
    if (!allocated) {
        if (surely_not_done(allocated.error().kind)) CO_TRY(co_await forget_intent(node));
        co_return one::fail(std::move(allocated).error());
    }
    node.intent.host_id = *allocated;
    const auto noted = co_await nodes_->replace(node);
    if (!noted && noted.error().kind == ErrorKind::not_found) co_return co_await take_back(std::move(node), noted.error());
    if (!noted) co_return one::fail(noted.error());
    one::log::info("host registered", {{"node", node.name}, {"host", *allocated}});
    co_return HostReport{
        .host_id = *allocated, .name = node.name, .state = "init", .phase = std::string{to_string(node.phase)}};
}

Async<Result<HostReport>> Registration::report(Node node, seconds wait)
{
    CO_TRY(co_await put_off_sweep(node, wait));
    const auto deadline = steady_clock::now() + wait;
    for (milliseconds look = first_look;; look = std::min(look * 2, longest_look)) {
        auto host = co_await own_host(node);
        if (!host && host.error().kind == ErrorKind::not_found) co_return without_host(node);
        if (!host) co_return one::fail(std::move(host).error());
        const auto left = deadline - steady_clock::now();
        if (host->state != oned::HostState::init || left <= left.zero())
            co_return co_await describe(std::move(node), *std::move(host));
        if (!co_await one::pause(std::min<steady_clock::duration>(look, left)))
            co_return one::fail({.kind = ErrorKind::interrupted,
                                 .thing = node.name,
                                 .reason = "we are shutting down",
                                 .doing = "wait for"});
    }
}

Async<Result<HostReport>> Registration::commit(Node node)
{
    CO_TRY_LET(auto host, co_await own_host(node));
    const bool works = host.state == oned::HostState::monitored || host.state == oned::HostState::disabled;
    if (node.phase != Phase::joined) {
        if (!works)
            co_return one::fail({.kind = ErrorKind::conflict,
                                 .thing = host_words(host),
                                 .reason = "its state is " + std::string{to_string(host.state)} + ", not on",
                                 .next = "wait until it is on, then run `onenode join` again",
                                 .doing = "commit"});
        if (epoch_now() >= node.intent.deadline) {  // the sweep may be at it: make it stand back, then look again
            node.intent.deadline = epoch_now() + config_->register_wait.count();
            CO_TRY(co_await nodes_->replace(node));
            CO_TRY_LET(host, co_await oned_->host(host.id));
        }
    }
    const std::string mark = std::to_string(node.id);
    if (host.onenode != mark) CO_TRY(co_await oned_->merge_host(host.id, "ONENODE", mark));
    if (node.phase != Phase::joined || node.host_id != host.id) {
        node.phase = Phase::joined;
        node.host_id = host.id;
        node.intent = {};
        CO_TRY(co_await nodes_->replace(node));
        one::log::info("node joined", {{"node", node.name}, {"host", host.id}});
    }
    co_return co_await describe(std::move(node), std::move(host));
}

Async<Result<HostReport>> Registration::abandon(Node node)
{
    if (node.phase == Phase::joined)
        co_return one::fail({.kind = ErrorKind::conflict,
                             .thing = "the join of " + node.name,
                             .reason = "it is finished",
                             .next = "take the node out with `onenode leave`",
                             .doing = "abandon"});
    const auto host = co_await own_host(node);
    if (host && has_vms(*host)) co_return one::fail(vms_run(*host));
    if (!host && host.error().kind != ErrorKind::not_found) co_return one::fail(host.error());
    if (host) {
        const auto deleted = co_await oned_->delete_host(host->id);
        if (!deleted && deleted.error().kind != ErrorKind::not_found) co_return one::fail(deleted.error());
        one::log::info("host of an unfinished join removed", {{"node", node.name}, {"host", host->id}});
    }
    node.phase = Phase::enrolled;
    node.intent = {};
    CO_TRY(co_await nodes_->replace(node));
    co_return without_host(node);
}

Async<Result<HostReport>> Registration::leave(Node node, bool abandon_vms)
{
    auto host = co_await own_host(node);
    if (!host && host.error().kind != ErrorKind::not_found) co_return one::fail(std::move(host).error());
    if (host && has_vms(*host) && !abandon_vms) co_return one::fail(vms_run(*host));

    node.phase = Phase::leaving;
    CO_TRY(co_await nodes_->replace(node));
    if (!host) co_return without_host(node);
    if (has_vms(*host)) {
        one::xmlrpc::Array parameters{host->id, offline};
        CO_TRY(co_await oned_->call("one.host.status", std::move(parameters), true));
        CO_TRY_LET(const auto now, co_await oned_->host(host->id));
        one::log::warning("node left with VMs; its host is offline", {{"node", node.name}, {"host", now.id}});
        co_return HostReport{.host_id = now.id,
                             .name = now.name,
                             .state = std::string{to_string(now.state)},
                             .reason = to_line(vms_run(now)),
                             .phase = std::string{to_string(node.phase)},
                             .running_vms = now.running_vms};
    }
    const auto deleted = co_await oned_->delete_host(host->id);
    if (!deleted && deleted.error().kind != ErrorKind::not_found) co_return one::fail(deleted.error());
    one::log::info("host removed, its node leaves", {{"node", node.name}, {"host", host->id}});
    co_return without_host(node);
}

/// True where a host was removed. Reads the node and its host again: what the list said may be old.
Async<Result<bool>> Registration::sweep_one(int node_id)
{
    CO_TRY_LET(Node node, co_await nodes_->get(node_id));
    if (node.phase != Phase::registering || epoch_now() < node.intent.deadline + grace.count()) co_return false;

    auto host = co_await own_host(node);
    if (!host && host.error().kind != ErrorKind::not_found) co_return one::fail(std::move(host).error());
    if (!host) {
        CO_TRY(co_await forget_intent(std::move(node)));
        co_return false;
    }
    if (host->onenode == std::to_string(node.id)) {  // a commit that stopped between its two writes
        node.phase = Phase::joined;
        node.host_id = host->id;
        node.intent = {};
        CO_TRY(co_await nodes_->replace(std::move(node)));
        co_return false;
    }
    if (!may_be_ours(*host, node)) {  // renamed, or marked by somebody: theirs now
        CO_TRY(co_await forget_intent(std::move(node)));
        co_return false;
    }
    if (has_vms(*host)) {
        one::log::warning("host of an unfinished join has VMs and stays", {{"node", node.name}, {"host", host->id}});
        node.intent.deadline = epoch_now() + seconds{std::chrono::hours{1}}.count();  // say so once an hour
        CO_TRY(co_await nodes_->replace(std::move(node)));
        co_return false;
    }
    const auto deleted = co_await oned_->delete_host(host->id);
    if (!deleted && deleted.error().kind != ErrorKind::not_found) co_return one::fail(deleted.error());
    one::log::warning("host of an unfinished join removed", {{"node", node.name}, {"host", host->id}});
    CO_TRY(co_await forget_intent(std::move(node)));
    co_return deleted.has_value();
}

Async<Result<int>> Registration::sweep()
{
    CO_TRY_LET(const auto nodes, co_await nodes_->all());
    int removed = 0;
    for (const auto& node : nodes) {
        if (node.phase != Phase::registering || epoch_now() < node.intent.deadline + grace.count()) continue;
        const auto swept = co_await sweep_one(node.id);
        if (swept && *swept) ++removed;
        // The others may do better, and the next sweep comes.
        if (!swept && swept.error().kind != ErrorKind::not_found)
            one::log::warning("sweep of a node failed", {{"node", node.name}, {"reason", to_line(swept.error())}});
    }
    co_return removed;
}

}  // namespace onefrontend
