// The front-end is asked first, and the agent works on until it said yes; then the host is gone, its monitoring and
// everything that join made follow: so at no moment does OpenNebula see a broken host.
#include "nodeagent/cli/leave.hpp"

#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/verbs.hpp"
#include "nodeagent/link/approval.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

void stop_agent(World& world)
{
    if (!world.host->stat("/run/systemd/system"))
        return;  // another supervisor's agent sees the phase and ends by itself
    world.terminal->begin("agent");
    const auto stopped = world.host->run(
        {.argv = {"systemctl", "disable", "--now", "onenode.service"}, .limit = std::chrono::seconds{60}});
    world.terminal->say(stopped && stopped->ok() ? "onenode.service is stopped" : "onenode.service did not run");
}

// Without a certificate nobody can tell the front-end anything; and without one there never was a host.
bool was_never_answered(const HostView& host, const Membership& member)
{
    return member.node_id < 0 && !host.stat(places::certificate);
}

void warn_of_document(Terminal& terminal, const Membership& member)
{
    terminal.warn("front-end",
                  fmt::format("{} was asked to enroll this machine and its answer never arrived: it may remember the "
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

Result<std::vector<Kept>> take_back(World& world, const std::optional<Membership>& member)
{
    world.terminal->begin("undo");
    std::vector<Kept> kept;
    const auto drivers = drivers_id(*world.host);
    TRY(end_sessions(world, drivers));
    TRY(remove_drivers(world, drivers, kept));
    TRY_LET(Journal journal, Journal::open(*world.host, places::state_dir));
    std::vector<std::string> places;
    if (member) places.push_back(member->desired.datastore_location);
    TRY_LET(const Undone undone, undo(*world.host, journal, places));
    TRY(remove_latecomers(world, member, drivers, kept));
    for (const auto& one : undone.kept)
        kept.push_back(one);
    for (auto& one : what_stays(*world.host, member)) {
        const auto known = std::ranges::find(kept, one.thing, &Kept::thing);
        if (known == kept.end()) kept.push_back(std::move(one));
    }
    world.terminal->say(counted(undone.changes, "change") + " taken back",
                        {{"changes", static_cast<int>(undone.changes)}});
    return kept;
}

Result<> forget(World& world)
{
    Host& host = *world.host;
    world.terminal->begin("forget");
    TRY(host.remove_tree(places::run_dir));
    TRY(destroy_identity(host).map_error(one::while_doing("remove")));
    TRY(forget_approval(host).map_error(one::while_doing("remove")));
    TRY(forget_membership(host).map_error(one::while_doing("remove")));
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

enum class Reached { nothing, asking, leaving };

Result<Exit> go(const LeaveOptions& options, World& world, Reached& reached)
{
    Host& host = *world.host;
    TRY(must_be_root(host, "leave"));
    TRY_LET(const auto lock, enter(world));
    const bool forgets =
        std::ranges::find(options.accepted_risks, risks::forget_frontend) != options.accepted_risks.end();
    auto loaded = load_membership(host);
    if (!loaded && !forgets) return one::fail(loaded.error());
    std::optional<Membership> member = loaded ? *std::move(loaded) : std::nullopt;
    if (!member && changes_made(host) == 0 && !host.stat(places::state_dir)) {
        world.terminal->finish("leave", "unchanged", "This machine is not joined: there is nothing to undo.", Exit::ok);
        return Exit::ok;
    }
    if (member && was_never_answered(host, *member)) {
        warn_of_document(*world.terminal, *member);
        member.reset();
    }

    const bool undone_before = member && member->phase == MemberPhase::undone;
    reached = member && member->phase >= MemberPhase::leaving ? Reached::leaving : Reached::asking;
    if (!undone_before) {
        if (member) TRY(delete_host(options, world, *member));
        reached = Reached::leaving;
        TRY(enter_phase(host, member, MemberPhase::leaving));
        stop_agent(world);
        TRY(wait_for_client(world, member));
    }
    TRY_LET(const auto kept, take_back(world, member));
    TRY(enter_phase(host, member, MemberPhase::undone));
    if (member) TRY(say_goodbye(options, world, *member));
    TRY(forget(world));
    name_what_stays(*world.terminal, kept);
    const Exit exit = world.terminal->exit();
    world.terminal->finish("leave", "left",
                           fmt::format("This machine has left{}.", member ? " " + member->frontend : ""), exit);
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
