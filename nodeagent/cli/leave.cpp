// The front-end is asked first, and the agent works on until it said yes; then the host is gone, its monitoring and
// everything that join made follow: so at no moment does OpenNebula see a broken host.
#include "nodeagent/cli/leave.hpp"

#include "common/text/words.hpp"
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/verbs.hpp"
#include "nodeagent/core/distribution.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/core/traces.hpp"
#include "nodeagent/link/approval.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/steps/steps.hpp"
#include "nodeagent/watch/agent_status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>

namespace onenode::cli {
namespace {

// Another supervisor's; started once more it sees the phase. Until it has ended it writes its status again.
Result<> wait_for_agent(World& world)
{
    auto lock = world.host->lock(places::agent_lock);
    if (const auto agent = read_agent_status(*world.host); !lock && agent)
        static_cast<void>(world.host->signal(agent->pid, SIGTERM));  // where it is gone already, all the better
    for (auto left = world.patience.agent_gone; left.count() > 0 && !lock && lock.error().kind == ErrorKind::busy;
         left -= world.patience.client_poll) {
        TRY(world.network->rest(world.patience.client_poll));
        lock = world.host->lock(places::agent_lock);
    }
    if (lock) return {};
    if (lock.error().kind != ErrorKind::busy) return one::fail(lock.error());
    return one::fail({.kind = ErrorKind::busy,
                      .thing = "the agent",
                      .reason = lock.error().reason.substr(0, lock.error().reason.find(" holds")) +
                                " goes on though this machine leaves",
                      .next = "end it (where something supervises it, there), then run the same command again",
                      .doing = "stop"});
}

Result<> stop_agent(World& world)
{
    if (!has_systemd(*world.host)) return wait_for_agent(world);
    world.terminal->begin("agent");
    const Command stop{.argv = {"systemctl", "disable", "--now", "onenode.service"}, .limit = std::chrono::seconds{60}};
    const auto stopped = world.host->run(stop);
    const bool is_off = stopped && stopped->ok();
    const auto is = [&world](const char* claim) {
        const auto answer = world.host->look({.argv = {"systemctl", claim, "--quiet", "onenode.service"}});
        return answer && answer->ok();
    };
    if (!is_off && (is("is-active") || is("is-enabled")))  // or it would start again at the next boot
        return one::fail({.kind = ErrorKind::busy,
                          .thing = "onenode.service",
                          .reason = stopped ? complaint_of(*stopped) : stopped.error().reason,
                          .next = one::to_shell(stop.argv) + ", then run the same command again",
                          .doing = "stop"});
    world.terminal->say(is_off ? "onenode.service is off" : "onenode.service did not run");
    return {};
}

// Without a certificate nobody can tell the front-end anything; and without one there never was a host.
bool was_never_answered(const HostView& host, const Membership& member)
{
    return member.node_id < 0 && !host.stat(places::certificate);
}

void warn_of_document(Terminal& terminal, const Membership& member)
{
    terminal.warn("front-end",
                  fmt::format("{} was asked to enroll this machine and no certificate came back: it may remember the "
                              "machine, without a host",
                              member.frontend),
                  "on the front-end: onefrontend node list; where this machine is in it: onefrontend node remove ID");
}

Result<> enter_phase(Host& host, std::optional<Membership>& member, MemberPhase phase)
{
    if (!member || member->phase == phase) return {};
    member->phase = phase;
    return save_membership(host, *member);
}

void warn_of_effect(Terminal& terminal, const Untold& untold)
{
    if (!untold.empty())
        terminal.warn("still-in-effect", fmt::format("a program goes on with what was taken back: {}", untold.why),
                      to_shell(untold.commands));
}

// What the journal does not know of it lost, or a join before it wrote: the front-end's way in may not stay.
Result<> take_traces(World& world, Journal& journal, const std::vector<Entry>& known, const std::vector<Kept>& kept)
{
    Host& host = *world.host;
    auto paths = paths_read(world.steps);
    std::erase_if(paths,
                  [&](const std::string& path) { return std::ranges::find(kept, path, &Kept::thing) != kept.end(); });
    TRY(mark_untold(host, journal, find_traces(host, paths, steps::block_name, known)));
    TRY_LET(const auto touched, remove_traces(host, paths, steps::block_name, known));
    TRY_LET(const auto untold, tell_of_undo(host, journal));
    warn_of_effect(*world.terminal, untold);
    if (touched.empty()) return {};
    world.terminal->warn(
        "journal-lost",
        "the journal does not know all that was changed, so what was here before the join cannot be put back; "
        "onenode's own lines and files were taken out of " +
            one::join(touched, ", ") + "; accounts, groups, packages and owners of files are as the join left them",
        "compare with a backup where that matters");
    return {};
}

Result<std::vector<Kept>> take_back(World& world, const std::optional<Membership>& member)
{
    world.terminal->begin("undo");
    std::vector<Kept> kept;
    const auto drivers = checks::drivers_id(*world.host);
    TRY(end_sessions(world, drivers));
    TRY(remove_drivers(world, drivers, kept));
    TRY_LET(Journal journal, Journal::open(*world.host, places::state_dir));
    const bool was_joined = member ? !member->joined_at.empty()
                                   : world.host->stat(places::certificate) || forgotten_join(*world.host, world.steps);
    std::vector<std::string> places;
    if (member) places.push_back(member->desired.datastore_location);
    const auto entries = journal.entries();
    TRY_LET(const Undone undone, undo(*world.host, journal, places));
    warn_of_effect(*world.terminal, undone.untold);
    TRY(remove_latecomers(world, member, drivers, kept));
    for (const auto& names : {undone.kept, undone.running})
        kept.insert(kept.end(), names.begin(), names.end());
    for (auto& one : what_stays(*world.host, member, entries)) {
        const auto known = std::ranges::find(kept, one.thing, &Kept::thing);
        if (known == kept.end()) kept.push_back(std::move(one));
    }
    if (was_joined) TRY(take_traces(world, journal, entries, kept));
    world.terminal->say(counted(undone.changes, "change") + " taken back",
                        {{"changes", static_cast<int>(undone.changes)}});
    return kept;
}

Result<> forget(World& world)
{
    Host& host = *world.host;
    world.terminal->begin("forget");
    TRY(host.remove_tree(places::run_dir));
    TRY(wait_for_agent(world));         // whoever gets its lock removes that of an agent that was killed
    if (host.stat(usual_metrics_file))  // of an agent that was killed
        TRY(host.remove(usual_metrics_file).map_error(one::while_doing("remove")));
    TRY(destroy_identity(host).map_error(one::while_doing("remove")));
    TRY(forget_approval(host).map_error(one::while_doing("remove")));
    TRY(forget_membership(host).map_error(one::while_doing("remove")));
    TRY(forget_history(host, places::state_dir));
    TRY_LET(Journal journal, Journal::open(host, places::state_dir));
    TRY(journal.remove());
    world.terminal->say("the node's key and its journal are gone");
    return {};
}

void name_what_stays(Terminal& terminal, const std::vector<Kept>& kept)
{
    for (const auto& one : kept)
        terminal.say(fmt::format("stays: {} ({})", one.thing, one.reason),
                     {{"kept", one.thing}, {"reason", one.reason}});
}

// With the front-end that is asked about them; without it there is only what runs here.
Result<> may_forget(const LeaveOptions& options, const HostView& host)
{
    if (risks::is_among(risks::abandon_vms, options.accepted_risks)) return {};
    TRY_LET(const auto guests, guests_of_opennebula(host));
    if (guests.empty()) return {};
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = "this machine",
                      .reason = fmt::format("{} of OpenNebula {} here ({}), and after a leave it could not reach them",
                                            counted(guests.size(), "virtual machine"),
                                            guests.size() == 1 ? "runs" : "run", one::join(guests, ", ")),
                      .next = fmt::format("move or stop them; or leave them to themselves: onenode leave --offline "
                                          "--accept-risk={}",
                                          risks::abandon_vms),
                      .doing = "leave with"});
}

// With a certificate there was a join: who cannot say with whom would leave a host behind, and nobody would know.
Result<std::optional<Membership>> membership_to_leave(World& world, bool forgets)
{
    auto loaded = load_membership(*world.host);
    const auto forgotten = forgotten_join(*world.host, world.steps);
    const bool lost = forgotten || (loaded && !*loaded && world.host->stat(places::certificate));
    if (loaded && !lost) return loaded;
    const Error why = forgotten ? *forgotten
                      : loaded  ? Error{.kind = ErrorKind::not_found,
                                        .thing = places::membership,
                                        .reason = "it is gone, and only it knew which front-end this machine joined",
                                        .next = "restore it from a backup; or onenode leave --offline",
                                        .doing = "read"}
                                : loaded.error();
    if (!forgets) return one::fail(why);
    world.terminal->warn("forget-frontend", fmt::format("the front-end was not told: {}", one::to_line(why)),
                         "on the front-end, remove this machine: onefrontend node list; onefrontend node remove ID");
    return std::optional<Membership>{};
}

enum class Reached { nothing, asking, leaving };

Result<Exit> go(const LeaveOptions& options, World& world, Reached& reached)
{
    Host& host = *world.host;
    TRY(must_be_root(host, "leave"));
    TRY_LET(const auto lock, enter(world));
    const bool forgets = risks::is_among(risks::forget_frontend, options.accepted_risks);
    TRY_LET(std::optional<Membership> member, membership_to_leave(world, forgets));
    if (!member && changes_made(host) == 0 && !host.stat(places::state_dir) && !forgotten_join(host, world.steps)) {
        world.terminal->finish("leave", "unchanged", "This machine is not joined: there is nothing to undo.", Exit::ok);
        return Exit::ok;
    }
    if (member && was_never_answered(host, *member)) {
        warn_of_document(*world.terminal, *member);
        member.reset();
    }

    const bool undone_before = member && member->phase == MemberPhase::undone;
    reached = member && member->phase >= MemberPhase::leaving ? Reached::leaving : Reached::asking;
    if (forgets) TRY(may_forget(options, host));
    TRY(Journal::read(host, places::state_dir));  // where the way back cannot be read, nothing may be done yet
    if (!undone_before) {
        if (member) TRY(delete_host(options, world, *member));
        reached = Reached::leaving;
        if (member && member->phase != MemberPhase::leaving)
            remember_or_log(host, places::state_dir,
                            {.kind = deeds::leaving, .sentence = "began to leave " + member->frontend});
        TRY(enter_phase(host, member, MemberPhase::leaving));
        TRY(stop_agent(world));
        TRY(wait_for_client(world, member));
    }
    TRY_LET(const auto kept, take_back(world, member));
    TRY(enter_phase(host, member, MemberPhase::undone));
    if (member) TRY(say_goodbye(options, world, *member));
    TRY(forget(world));
    name_what_stays(*world.terminal, kept);
    const Exit exit = world.terminal->exit();
    world.terminal->finish("leave", "left",
                           member ? fmt::format("This machine has left {}.", member->frontend)
                                  : "What onenode changed on this machine is taken back.",
                           exit);
    return exit;
}

std::vector<std::string> what_stands(Reached reached)
{
    switch (reached) {
    case Reached::nothing: return {};
    case Reached::asking: return {"Nothing was changed on this machine. To try again: onenode leave"};
    case Reached::leaving: break;
    }
    return {"What is done stays done. To go on: onenode leave"};
}

}  // namespace

Exit leave(const LeaveOptions& options, World& world)
{
    Reached reached = Reached::nothing;
    const auto done = go(options, world, reached);
    if (done) return *done;
    const Exit exit = reached == Reached::nothing ? Exit::cannot_run : Exit::failed;
    world.terminal->fail("leave", done.error(), what_stands(reached), exit);
    return exit;
}

}  // namespace onenode::cli
