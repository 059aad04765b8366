// Which host is a node's, in what state it is and why.
#include "frontend/enroll/registration.hpp"

#include "frontend/enroll/registration_words.hpp"
#include "frontend/proofs/monitor_log.hpp"

#include <algorithm>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::wire::HostReport;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds reason_delay{2};  // onemonitord changes the state before it writes why
constexpr milliseconds first_look{200};
constexpr milliseconds longest_look{1000};

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

/// Stores how far the node is now: what was found out meanwhile counts only where it is still as far as it was.
Async<Result<>> Registration::advance(Node before, Node after)
{
    Nodes::Edit advance = [&before, &after](Node& present) -> Result<> {
        if (is_as_far(present, after) && present.intent == after.intent) return {};  // the same request, sent twice
        if (!is_as_far(present, before)) return one::fail(went_on(present));
        present.phase = after.phase;
        present.host_id = after.host_id;
        present.intent = after.intent;
        return {};
    };
    CO_TRY(co_await nodes_->change(after.id, std::move(advance)));
    co_return Result<>{};
}

Async<Result<>> Registration::forget_intent(Node node)
{
    const Node before = node;
    node.intent = {};
    if (node.phase == Phase::registering) node.phase = Phase::enrolled;
    co_return co_await advance(before, std::move(node));
}

/// A node that waits for its host is at work on its join, whatever --wait it was given. Written only now and then.
Async<Result<>> Registration::put_off_sweep(const Node& node, seconds wait)
{
    const auto deadline = epoch_now() + (wait + config_->register_wait).count();
    const auto worth_a_write = (config_->register_wait / 4).count();
    if (node.phase != Phase::registering || deadline - node.intent.deadline < worth_a_write) co_return Result<>{};
    Nodes::Edit put_off = [deadline](Node& present) -> Result<> {
        if (present.phase == Phase::registering) present.intent.deadline = deadline;
        return {};
    };
    CO_TRY(co_await nodes_->change(node.id, std::move(put_off)));
    co_return Result<>{};
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

}  // namespace onefrontend
