// How a registration ends: committed by the node, abandoned, or left again.
#include "frontend/enroll/registration.hpp"

#include "common/log.hpp"
#include "frontend/enroll/registration_words.hpp"

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::wire::HostReport;

constexpr int offline = 2;  // of one.host.status

int known_host(const Node& node)
{
    return node.host_id >= 0 ? node.host_id : node.intent.host_id;
}

}  // namespace

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
            const Node before = node;
            node.intent.deadline = epoch_now() + config_->register_wait.count();
            CO_TRY(co_await advance(before, node));
            CO_TRY_LET(host, co_await oned_->host(host.id));
        }
    }
    const std::string mark = std::to_string(node.id);
    if (host.onenode != mark) CO_TRY(co_await oned_->merge_host(host.id, "ONENODE", mark));
    if (node.phase != Phase::joined || node.host_id != host.id) {
        const Node before = node;
        node.phase = Phase::joined;
        node.host_id = host.id;
        node.intent = {};
        CO_TRY(co_await advance(before, node));
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
    const Node before = node;
    node.phase = Phase::enrolled;
    node.intent = {};
    CO_TRY(co_await advance(before, node));
    co_return without_host(node);
}

Async<Result<HostReport>> Registration::leave(Node node, bool abandon_vms)
{
    auto host = co_await own_host(node);
    if (!host && host.error().kind != ErrorKind::not_found) co_return one::fail(std::move(host).error());
    if (host && has_vms(*host) && !abandon_vms) co_return one::fail(vms_run(*host));

    // Whatever else is under way for the node: it leaves. Only the host must be the one that was looked at.
    Nodes::Edit leave = [&node](Node& present) -> Result<> {
        if (known_host(present) != known_host(node)) return one::fail(went_on(present));
        present.phase = Phase::leaving;
        return {};
    };
    CO_TRY_LET(node, co_await nodes_->change(node.id, std::move(leave)));
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

}  // namespace onefrontend
