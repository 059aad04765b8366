// A machine that is joined already: it is said whether that is what was asked for. Nothing is changed, but for an upgrade
// of packages, an agent that does not run and what is only remembered.
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/join.hpp"
#include "nodeagent/cli/settings.hpp"

#include "nodeagent/core/distribution.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::cli {
namespace {

// For programs, too: what stands in the error as text.
void tell(Terminal& terminal, const std::vector<std::string>& lost, const std::vector<std::string>& different,
          const std::string& command)
{
    if (terminal.json())
        terminal.tell("settings", {}, {{"lost", lost}, {"different", different}, {"command", command}});
}

Result<> must_lose_nothing(const JoinOptions& options, World& world, const Membership& member)
{
    const auto lost = lost_settings(options, member);
    if (asks_for_nothing(options) || lost.empty()) return {};
    const auto command = command_for(completed(options, member));
    tell(*world.terminal, lost, {}, command);
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = "this machine",
                      .reason = fmt::format("this was asked for before, and would be lost: {}", one::join(lost, ", ")),
                      .next = fmt::format("to keep it: {}\nto lose it: onenode leave, then join without it", command),
                      .doing = "join"});
}

Result<> must_be_the_same(const JoinOptions& options, World& world, const Membership& member)
{
    TRY_LET(const auto differences, different_settings(options, member));
    if (differences.empty()) return {};
    const auto command = command_for(completed(options, member));
    std::vector<std::string> different;
    std::string next;
    bool needs_leave = false;
    for (const auto& one : differences) {
        different.push_back(one.what);
        next += (next.empty() ? "" : "\n") + one.how;
        needs_leave = needs_leave || one.needs_leave;
    }
    if (needs_leave) next += "\nin one go: onenode leave && " + command;
    tell(*world.terminal, {}, different, command);
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = "this machine",
                      .reason = fmt::format("it is joined already, and this was asked for differently: {}",
                                            one::join(different, ", ")),
                      .next = std::move(next),
                      .doing = "join"});
}

// Of the checks of a join, so this alone can be changed here and now.
Result<bool> remember_ignored(const JoinOptions& options, World& world, Membership& member)
{
    const auto all = completed(options, member).ignore;
    if (options.dry_run || all.size() == member.ignored.size()) return false;
    member.ignored = all;
    TRY(save_membership(*world.host, member));
    return true;
}

struct Outcome {
    const char* word;
    const char* sentence;
};

Outcome outcome_of(Upgrade upgrade, bool started, bool remembered)
{
    if (upgrade == Upgrade::version) return {"upgraded", "OpenNebula's packages were upgraded."};
    if (upgrade == Upgrade::something)
        return {"changed", "OpenNebula's version is the same; what changed stands above."};
    if (started) return {"started", "Its agent did not run and was started."};
    if (remembered) return {"remembered", "What was asked for besides is remembered."};
    return {"unchanged", "Nothing was changed."};
}

Result<wire::HostReport> ask_about_us(World& world, const Membership& member)
{
    TRY_LET(const auto identity, load_identity(*world.host));
    TRY_LET(const auto target, parse_frontend(member.frontend));
    TRY_LET(Frontend frontend, as_node(*world.network, target, identity));
    return world.network->patiently([&] { return frontend.host(std::chrono::seconds{0}); });
}

Error not_known_any_more(const Membership& member, std::string reason)
{
    return {.kind = ErrorKind::conflict,
            .thing = "this machine",
            .reason = fmt::format("it joined {} as {}, but {}", member.frontend, member.desired.node_name, reason),
            .next = "onenode leave --offline, then join again with a new token",
            .doing = "join"};
}

// Killed between the front-end's yes and its last phase, a join leaves a member whose agent was never started.
bool watch_again(World& world)
{
    if (!has_systemd(*world.host)) return false;  // what supervises the agent here is not ours to ask
    const auto asked = world.host->look({.argv = {"systemctl", "is-active", "--quiet", "onenode.service"}});
    return asked && !asked->ok() && watch(world, Facts{.systemd = true});
}

}  // namespace

Result<JoinOptions> with_settings_kept(const JoinOptions& options, World& world,
                                       const std::optional<Membership>& member)
{
    if (!member) return options;
    if (!options.frontend.empty()) TRY(frontend_of(options, member));  // another one is the greater mistake
    TRY(must_lose_nothing(options, world, *member));
    return asks_for_nothing(options) ? completed(options, *member) : options;
}

Result<Exit> answer_member(const JoinOptions& options, World& world, Membership member, Progress& progress)
{
    if (member.phase != MemberPhase::joined)
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = "this machine",
                          .reason = fmt::format("it is about to leave {}, and that did not end yet", member.frontend),
                          .next = "onenode leave",
                          .doing = "join"});
    TRY(must_be_the_same(options, world, member));
    TRY(must_lose_nothing(options, world, member));
    const bool installed_packages = member.installs_packages;
    TRY_LET(const bool ignores_more, remember_ignored(options, world, member));

    const auto report = ask_about_us(world, member);
    std::string state = "unknown";
    if (report && report->host_id < 0)
        return one::fail(not_known_any_more(member, "its host was removed from OpenNebula"));
    if (!report && (report.error().kind == ErrorKind::denied || report.error().kind == ErrorKind::not_found))
        return one::fail(
            not_known_any_more(member, "the front-end does not accept it any more (" + report.error().reason + ")"));
    if (report)
        state = report->state;
    else
        world.terminal->warn("front-end",
                             "whether OpenNebula still shows this host is unknown: " + one::to_line(report.error()),
                             report.error().next);
    if (report && report->state != "on")
        world.terminal->warn("host-state",
                             fmt::format("OpenNebula shows host {} as {}{}{}", report->host_id, report->state,
                                         report->reason.empty() ? "" : ": ", report->reason),
                             "onenode status");

    progress.tried = true;
    TRY_LET(const Upgrade upgrade, upgrade_packages(options, world, member));
    const bool started = !options.dry_run && watch_again(world);
    const auto outcome = outcome_of(upgrade, started, ignores_more || member.installs_packages != installed_packages);
    const Exit exit = world.terminal->exit();
    world.terminal->finish("join", outcome.word,
                           fmt::format("{} is joined already: host {} of {}. {}", member.desired.node_name,
                                       member.host_id, member.desired.zone, outcome.sentence),
                           exit,
                           {{"name", member.desired.node_name},
                            {"host_id", member.host_id},
                            {"state", state},
                            {"frontend", member.frontend}});
    return exit;
}

}  // namespace onenode::cli
