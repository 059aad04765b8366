// What this machine is joined to, and how it is: from its own files, and from the front-end as far as that answers.
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/verbs.hpp"

#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/watch/agent_status.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

constexpr std::chrono::hours soon{24};

Result<one::wire::HostReport> ask(World& world, const Membership& member, const NodeIdentity& identity)
{
    TRY_LET(const auto target, parse_frontend(member.frontend));
    TRY_LET(Frontend frontend, as_node(*world.network, target, identity));
    return world.network->wait(frontend.host(std::chrono::seconds{0}));
}

void show_host(World& world, const Membership& member, const Result<NodeIdentity>& identity)
{
    Terminal& terminal = *world.terminal;
    terminal.begin("host");
    const auto report =
        identity ? ask(world, member, *identity) : Result<one::wire::HostReport>{one::fail(identity.error())};
    if (!report) {
        terminal.say("unknown", {{"state", "unknown"}});
        terminal.warn("front-end", "the front-end does not tell: " + one::to_line(report.error()), report.error().next);
        return;
    }
    if (report->host_id < 0) {
        terminal.say("none", {{"state", "none"}, {"host_id", -1}});
        terminal.warn("host-state", "this machine has no host in OpenNebula",
                      member.phase == MemberPhase::joined ? "onenode leave, then join again"
                                                          : "run onenode join again");
        return;
    }
    terminal.say(fmt::format("{} ({}), {}, {}", report->name, report->host_id, report->state,
                             counted(static_cast<std::size_t>(std::max(0, report->running_vms)), "virtual machine")),
                 {{"name", report->name},
                  {"host_id", report->host_id},
                  {"state", report->state},
                  {"running_vms", report->running_vms}});
    if (report->state != "on")
        terminal.warn("host-state",
                      fmt::format("OpenNebula shows it as {}{}{}", report->state, report->reason.empty() ? "" : ": ",
                                  report->reason),
                      "onehost show " + report->name + " on the front-end");
}

void show_certificate(World& world, const Result<NodeIdentity>& identity)
{
    world.terminal->begin("certificate");
    const auto validity =
        identity ? validity_of(identity->own.chain_pem) : Result<Validity>{one::fail(identity.error())};
    if (!validity) {
        world.terminal->say("none");
        world.terminal->warn("certificate", one::to_line(validity.error()), "join this machine again");
        return;
    }
    const auto now = world.host->now();
    world.terminal->say("until " + rfc3339(validity->not_after), {{"not_after", rfc3339(validity->not_after)}});
    if (now >= validity->not_after)
        world.terminal->warn("certificate", "the certificate has expired",
                             "onenode leave --accept-risk=forget-frontend, then join again");
    else if (validity->not_after - now < soon)
        world.terminal->warn("certificate", "the certificate ends soon, and the agent did not renew it",
                             "systemctl status onenode.service");
}

void show_agent(World& world)
{
    world.terminal->begin("agent");
    const auto status = read_agent_status(*world.host);
    if (!status) {
        world.terminal->say("not running", {{"agent", false}});
        world.terminal->warn("agent", "the agent does not run: this machine follows no change of the front-end",
                             "systemctl enable --now onenode.service");
        return;
    }
    world.terminal->say(fmt::format("process {}, since {}: {}", status->pid, status->since, status->sentence),
                        {{"agent", true}, {"pid", status->pid}, {"status", status->sentence}});
    if (status->sentence.starts_with("degraded"))
        world.terminal->warn("agent", "the agent is degraded", "journalctl -u onenode.service");
}

Result<Exit> go(World& world)
{
    TRY(must_be_root(*world.host, "status"));
    TRY_LET(const auto member, load_membership(*world.host));
    if (!member) {
        world.terminal->finish("status", "not-joined", "This machine is not joined.", Exit::warnings);
        return Exit::warnings;
    }
    world.terminal->begin("node");
    const std::string phase{to_string(member->phase)};
    const std::string& name = member->desired.node_name;  // empty until the front-end has answered
    world.terminal->say(fmt::format("{}, {} at {}{}", name.empty() ? "no name yet" : name, phase, member->frontend,
                                    member->joined_at.empty() ? "" : " since " + member->joined_at),
                        {{"name", member->desired.node_name},
                         {"membership", phase},
                         {"frontend", member->frontend},
                         {"joined_at", member->joined_at}});
    if (member->phase == MemberPhase::enrolled)
        world.terminal->warn("unfinished", "its join did not end", "run onenode join again, or onenode leave");
    if (member->phase == MemberPhase::leaving || member->phase == MemberPhase::undone)
        world.terminal->warn("unfinished", "its leave did not end", "onenode leave");

    const auto identity = load_identity(*world.host);
    show_host(world, *member, identity);
    show_certificate(world, identity);
    if (member->phase == MemberPhase::joined) show_agent(world);
    const Exit exit = world.terminal->exit();
    world.terminal->finish("status", phase, "", exit, {{"name", member->desired.node_name}});
    return exit;
}

}  // namespace

Exit status(World& world)
{
    const auto done = go(world);
    if (done) return *done;
    world.terminal->fail("status", done.error(), {}, Exit::cannot_run);
    return Exit::cannot_run;
}

}  // namespace onenode::cli
