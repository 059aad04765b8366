// A machine that is joined already: nothing is changed, and it is said whether that is what was asked for.
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/join.hpp"

#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/network.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::cli {
namespace {

void compare(std::vector<std::string>& differences, std::string_view flag, const std::string& asked,
             const std::string& is)
{
    if (!asked.empty() && asked != is)
        differences.push_back(fmt::format("{} {} (it is {})", flag, asked, is.empty() ? "not set" : is));
}

Result<std::vector<std::string>> differences_of(const JoinOptions& options, const Membership& member)
{
    std::vector<std::string> differences;
    if (!options.frontend.empty()) {
        TRY_LET(const auto target, parse_frontend(options.frontend));
        compare(differences, "the front-end", to_text(target), member.frontend);
    }
    compare(differences, "--name", options.name, member.desired.node_name);
    compare(differences, "--type", options.type, member.desired.type);
    compare(differences, "--address", options.address, member.wishes.address);
    compare(differences, "--cluster", options.cluster, member.wishes.cluster);
    return differences;
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
void watch_again(World& world)
{
    if (!world.host->stat("/run/systemd/system")) return;  // what supervises the agent here is not ours to ask
    const auto asked = world.host->look({.argv = {"systemctl", "is-active", "--quiet", "onenode.service"}});
    if (asked && !asked->ok()) watch(world, Facts{.systemd = true});
}

}  // namespace

Result<Exit> answer_member(const JoinOptions& options, World& world, const Membership& member)
{
    if (member.phase != MemberPhase::joined)
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = "this machine",
                          .reason = fmt::format("it is about to leave {}, and that did not end yet", member.frontend),
                          .next = "onenode leave",
                          .doing = "join"});
    TRY_LET(const auto differences, differences_of(options, member));
    if (!differences.empty())
        return one::fail({.kind = ErrorKind::conflict,
                          .thing = "this machine",
                          .reason = fmt::format("it is joined already, and this was asked for differently: {}",
                                                one::join(differences, ", ")),
                          .next = "to change it: onenode leave, then join again",
                          .doing = "join"});

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

    if (!options.dry_run) watch_again(world);
    const Exit exit = world.terminal->exit();
    world.terminal->finish("join", "unchanged",
                           fmt::format("{} is joined already: host {} of {}. Nothing was changed.",
                                       member.desired.node_name, member.host_id, member.desired.zone),
                           exit,
                           {{"name", member.desired.node_name},
                            {"host_id", member.host_id},
                            {"state", state},
                            {"frontend", member.frontend}});
    return exit;
}

}  // namespace onenode::cli
