// The front-end's part of a leave: the host goes first, the node's document and certificate last.
#include "nodeagent/cli/leave.hpp"

#include "nodeagent/core/risks.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"

#include <fmt/format.h>

namespace onenode::cli {
namespace {

Result<Frontend> connect(World& world, const Membership& member)
{
    TRY_LET(const NodeIdentity identity, load_identity(*world.host));
    TRY_LET(const auto target, parse_frontend(member.frontend));
    return as_node(*world.network, target, identity);
}

Result<one::wire::HostReport> ask_to_leave(const LeaveOptions& options, World& world, const Membership& member)
{
    TRY_LET(Frontend frontend, connect(world, member));
    const one::wire::LeaveRequest request{.abandon_vms = risks::is_among(risks::abandon_vms, options.accepted_risks)};
    return world.network->patiently([&] { return frontend.leave(request); });
}

// With virtual machines on it, the front-end keeps the host; nothing else it says is worth staying for.
bool is_about_vms(const Error& error)
{
    return error.kind == ErrorKind::conflict;
}

/// By `onefrontend node remove`, or by an earlier run of ours: nothing is left to tell.
bool is_removed_there(const Error& error)
{
    return error.kind == ErrorKind::not_found;
}

Error with_way_out(Error error)
{
    if (error.kind == ErrorKind::interrupted || is_about_vms(error)) return error;
    error.next =
        fmt::format("{}{}to leave without the front-end: onenode leave --offline (then remove the host there by hand)",
                    error.next, error.next.empty() ? "" : "; ");
    return error;
}

}  // namespace

Result<> delete_host(const LeaveOptions& options, World& world, const Membership& member)
{
    world.terminal->begin("deregister");
    const auto report = ask_to_leave(options, world, member);
    if (report && report->host_id >= 0) {  // it was accepted that virtual machines are abandoned
        world.terminal->say(fmt::format("host {} ({}) is {}", report->name, report->host_id, report->state));
        world.terminal->warn("abandon-vms",
                             fmt::format("the host stays in OpenNebula with its {}",
                                         counted(static_cast<std::size_t>(report->running_vms), "virtual machine")),
                             fmt::format("recover them there, then: onehost delete {}", report->host_id));
        return {};
    }
    if (report) {
        const bool was_there = member.host_id >= 0 || member.phase >= MemberPhase::leaving;
        world.terminal->say(was_there ? fmt::format("host {} is gone from OpenNebula", member.desired.node_name)
                                      : "OpenNebula has no host of this machine");
        return {};
    }
    if (is_removed_there(report.error())) {
        world.terminal->say("the front-end had removed this machine already");
        return {};
    }
    if (is_about_vms(report.error()) || report.error().kind == ErrorKind::interrupted ||
        !risks::is_among(risks::forget_frontend, options.accepted_risks))
        return one::fail(with_way_out(report.error()));
    world.terminal->warn("forget-frontend", fmt::format("the front-end was not told: {}", one::to_line(report.error())),
                         fmt::format("remove it there: onefrontend node remove {}; onehost delete {}",
                                     member.desired.node_name, member.desired.node_name));
    return {};
}

Result<> say_goodbye(const LeaveOptions& options, World& world, const Membership& member)
{
    world.terminal->begin("goodbye");
    auto frontend = connect(world, member);
    const auto ask = [&]() -> Result<> {
        return frontend ? world.network->patiently([&] { return frontend->left(); })
                        : Result<>{one::fail(frontend.error())};
    };
    auto left = ask();
    if (!left &&
        left.error().kind == ErrorKind::conflict) {  // the host is still there: an earlier run could not reach anybody
        TRY(delete_host(options, world, member));
        left = ask();
    }
    if (left || is_removed_there(left.error())) {
        world.terminal->say("the front-end has forgotten this node");
        return {};
    }
    if (!risks::is_among(risks::forget_frontend, options.accepted_risks)) return one::fail(with_way_out(left.error()));
    world.terminal->say("the front-end was not told");
    return {};
}

}  // namespace onenode::cli
