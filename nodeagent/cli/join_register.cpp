// The host in OpenNebula: registered, watched until it is `on`, and only then kept.
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/join.hpp"

#include "common/text/duration.hpp"
#include "common/text/moment.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

using std::chrono::seconds;

constexpr std::string_view unit = "onenode.service";

Result<wire::HostReport> wait_for_on(const JoinOptions& options, World& world, Frontend& frontend,
                                     wire::HostReport report)
{
    for (seconds left = options.wait; report.state == "init" && left > seconds{0}; left -= world.patience.host_poll) {
        const seconds wait = std::min(left, world.patience.host_poll);
        TRY_LET(report, world.network->patiently([&] { return frontend.host(wait); }));
    }
    if (report.state == "err")
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = "host " + report.name,
                          .reason = report.reason.empty() ? "OpenNebula put it into the state ERROR and gave no reason"
                                                          : report.reason,
                          .next = "run the same command again once that is mended; the front-end's "
                                  "/var/log/one/monitor.log has the rest",
                          .doing = "register"});
    if (report.state == "init")
        return one::fail(
            {.kind = ErrorKind::timeout,
             .thing = "host " + report.name,
             .reason = fmt::format("OpenNebula did not show it `on` within {}", one::to_text(options.wait)),
             .next = "look at the front-end's /var/log/one/monitor.log; --wait TIME waits longer",
             .doing = "register"});
    if (report.host_id < 0)
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = "host " + report.name,
                          .reason = "it is gone from OpenNebula: an admin deleted it, or the front-end took it back",
                          .next = "run the same command again",
                          .doing = "register"});
    return report;
}

Result<> commit(World& world, Frontend& frontend, Membership& membership)
{
    const auto committed = world.network->patiently([&] { return frontend.joined(); });
    if (!committed) {  // done and the answer lost, or not done?
        const auto report = world.network->patiently([&] { return frontend.host(seconds{0}); });
        if (!report || report->phase != "joined") return one::fail(committed.error());
    }
    membership.phase = MemberPhase::joined;
    membership.joined_at = one::rfc3339(world.host->now());
    return save_membership(*world.host, membership);
}

}  // namespace

Result<> register_host(const JoinOptions& options, World& world, Frontend& frontend, Membership& membership,
                       Progress& progress)
{
    world.terminal->begin("register");
    progress.registering = true;
    TRY_LET(wire::HostReport report, world.network->patiently([&] { return frontend.register_host(); }));
    membership.host_id = report.host_id;
    TRY(save_membership(*world.host, membership));
    TRY_LET(report, wait_for_on(options, world, frontend, std::move(report)));
    if (report.state != "on")
        world.terminal->warn(
            "host-state", fmt::format("host {} is {}: somebody changed its state meanwhile", report.name, report.state),
            "onehost enable " + report.name);
    TRY(commit(world, frontend, membership));
    remember_or_log(*world.host, places::state_dir,
                    {.kind = deeds::joined,
                     .sentence = fmt::format("joined {} as {} (host {}); login, monitoring and rehearsal passed",
                                             membership.frontend, membership.desired.node_name, membership.host_id),
                     .version = membership.desired.version});
    progress.registering = false;
    world.terminal->say(fmt::format("host {} is {}", report.host_id, report.state),
                        {{"host_id", report.host_id}, {"state", report.state}});
    return {};
}

std::string take_host_back(World& world, Frontend& frontend)
{
    world.network->go_on();
    const auto taken = world.network->patiently([&] { return frontend.abandon(); });
    if (!taken && taken.error().kind == ErrorKind::conflict)
        return fmt::format("The host stays in OpenNebula: {}.", one::to_line(taken.error()));
    if (!taken)
        return "The front-end could not be told; it takes the unfinished host out of OpenNebula by itself within "
               "minutes.";
    if (taken->host_id >= 0) return fmt::format("Host {} stays in OpenNebula: {}", taken->host_id, taken->reason);
    return "No host was left in OpenNebula.";
}

bool watch(World& world, const Facts& facts)
{
    world.terminal->begin("watch");
    if (!facts.systemd) {
        world.terminal->say("systemd does not run here: start `onenode agent` by what starts services on this machine");
        return false;
    }
    const auto started = world.host->run(
        {.argv = {"systemctl", "enable", "--now", std::string{unit}}, .limit = std::chrono::seconds{60}});
    if (started && started->ok()) {
        world.terminal->say(fmt::format("{} runs", unit));
        return true;
    }
    const std::string reason = started ? complaint_of(*started) : one::to_line(started.error());
    world.terminal->warn("agent", fmt::format("{} did not start: {}", unit, reason),
                         fmt::format("systemctl enable --now {0}; systemctl status {0}", unit));
    return false;
}

Exit finish(World& world, const Membership& membership)
{
    const Exit exit = world.terminal->exit();
    world.terminal->finish(
        "join", "joined",
        fmt::format("{} is host {} of {}.", membership.desired.node_name, membership.host_id, membership.desired.zone),
        exit,
        {{"name", membership.desired.node_name},
         {"host_id", membership.host_id},
         {"zone", membership.desired.zone},
         {"frontend", membership.frontend}});
    return exit;
}

}  // namespace onenode::cli
