// Gathers the page: from the node's own files, from the agent's words, from the kernel, and from the front-end as far as
// that answers. Each thing is looked at by itself, so that one that is broken hides no other.
#include "nodeagent/cli/status_page.hpp"

#include "common/text/moment.hpp"
#include "nodeagent/cli/common.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/approval.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

constexpr std::chrono::hours soon{24};
constexpr const char* journal_of_the_agent = "journalctl -u onenode.service";

void warn(StatusPage& page, std::string id, std::string message, std::string fix)
{
    page.problems.push_back({std::move(id), "warning", std::move(message), std::move(fix)});
}

void fail(StatusPage& page, std::string id, std::string message, std::string fix)
{
    page.problems.push_back({std::move(id), "error", std::move(message), std::move(fix)});
}

bool leaves(const StatusPage& page)
{
    return page.member->phase == MemberPhase::leaving || page.member->phase == MemberPhase::undone;
}

void judge_phase(StatusPage& page)
{
    if (page.member->phase == MemberPhase::enrolled)
        warn(page, "unfinished", "its join did not end", "run onenode join again, or onenode leave");
    if (leaves(page)) warn(page, "unfinished", "its leave did not end", "onenode leave");
}

Result<Validity> own_validity(const HostView& host)
{
    TRY_LET(const auto chain, host.read(places::certificate));
    return validity_of(chain);
}

/// Without a certificate nobody was asked: that it is missing is said of itself.
void judge_host(StatusPage& page, const HostView& host, const HostAnswer& answer)
{
    if (!answer) {
        if (own_validity(host))
            warn(page, "front-end", "the front-end does not tell: " + one::to_line(answer.error()),
                 answer.error().next);
        return;
    }
    page.host = *answer;
    if (answer->host_id < 0 && leaves(page)) return;  // as it should be
    if (answer->host_id < 0) {
        const bool joined = page.member->phase == MemberPhase::joined;
        fail(page, "host-state", "this machine has no host in OpenNebula",
             joined ? "onenode leave, then join again" : "run onenode join again");
    } else if (answer->state != "on") {
        const auto message = fmt::format("OpenNebula shows it as {}{}{}", answer->state,
                                         answer->reason.empty() ? "" : ": ", answer->reason);
        const auto fix = "onehost show " + answer->name + " on the front-end";
        if (answer->state == "err")
            fail(page, "host-state", message, fix);
        else
            warn(page, "host-state", message, fix);
    }
}

void judge_certificate(StatusPage& page, const HostView& host)
{
    const auto validity = own_validity(host);
    if (!validity) return fail(page, "certificate", one::to_line(validity.error()), "join this machine again");
    page.certificate = *validity;
    if (page.now >= validity->not_after)
        fail(page, "certificate", "the certificate has expired",
             page.agent ? "the agent renews it once the front-end answers; where it does not: onenode leave --offline, "
                          "then join again"
                        : "systemctl start onenode.service; where that does not help: onenode leave --offline, then "
                          "join again");
    else if (validity->not_after - page.now < soon)
        warn(page, "certificate", "the certificate ends soon, and the agent did not renew it",
             "systemctl status onenode.service");
}

void show_checks(StatusPage& page, const std::vector<FailedCheck>& found, std::string_view severity)
{
    for (const auto& one : found) {
        const auto more = fmt::format("onenode doctor --explain {}", one.id);
        page.problems.push_back({one.id, std::string{severity}, one.message,
                                 one.fix.empty() ? more : fmt::format("{}\n{}", one.fix, more)});
    }
}

void judge_checks(StatusPage& page)
{
    if (!page.agent) return;
    show_checks(page, page.agent->checkup.failing, to_string(Severity::error));
    show_checks(page, page.agent->checkup.unanswered, to_string(Severity::not_checked));
}

void judge_agent(StatusPage& page)
{
    if (page.member->phase != MemberPhase::joined) return;
    if (!page.agent) {
        warn(page, "agent", "the agent does not run: this machine follows no change of the front-end",
             "systemctl enable --now onenode.service");
        return;
    }
    for (const auto& trouble : page.agent->troubles) {
        if (trouble == trouble_of(page.agent->checkup)) continue;  // each finding is shown by itself
        const bool is_stuck = std::ranges::any_of(page.drift, [&trouble](const Drift& drift) {
            return !drift.next.empty() && trouble.find(drift.path) != std::string::npos;
        });
        if (is_stuck) continue;
        const bool seen_by_us = std::ranges::any_of(page.problems, [&](const one::wire::Finding& problem) {
            return problem.message.find(trouble) != std::string::npos || trouble.starts_with(problem.message);
        });
        if (!seen_by_us) warn(page, "agent", trouble, journal_of_the_agent);
    }
}

void judge_files(StatusPage& page, const HostView& host)
{
    const auto entries = Journal::read(host, places::state_dir);
    if (!entries) return fail(page, "journal", one::to_line(entries.error()), entries.error().next);
    if (entries->empty() && page.member->phase == MemberPhase::joined && !host.stat(places::journal))
        return fail(page, "journal",
                    fmt::format("{} is gone: nobody knows any more what the join wrote, or what was here before it",
                                places::journal),
                    "restore it from a backup; without one: onenode leave, then join again");
    page.managed = managed_paths(*entries).size();
    page.drift = drift_since(host, *entries, Compare::what_is_ours);
    for (const auto& drift : page.drift)
        warn(page, "drift", fmt::format("{}: {}", drift.path, drift.what),
             !drift.next.empty() ? drift.next
             : page.agent ? fmt::format("the agent puts back what is its own; where it stays: {}", journal_of_the_agent)
                          : "systemctl enable --now onenode.service");
}

std::string headline_of(const StatusPage& page)
{
    const auto& member = *page.member;
    const std::string name = member.desired.node_name.empty() ? "This machine" : member.desired.node_name;
    switch (member.phase) {
    case MemberPhase::enrolled: return fmt::format("{} is about to join {}", name, member.frontend);
    case MemberPhase::leaving:
    case MemberPhase::undone: return fmt::format("{} is about to leave {}", name, member.frontend);
    case MemberPhase::joined: break;
    }
    return fmt::format("{} is joined to {}, {}", name, member.frontend, to_string(page.health));
}

}  // namespace

std::string_view to_string(Health health)
{
    switch (health) {
    case Health::healthy: return "healthy";
    case Health::degraded: return "degraded";
    case Health::broken: return "broken";
    case Health::not_joined: break;
    }
    return "not-joined";
}

HostAnswer ask_about_host(World& world, const Membership& member)
{
    TRY_LET(const auto identity, load_identity(*world.host));
    TRY_LET(const auto target, parse_frontend(member.frontend));
    TRY_LET(Frontend frontend, as_node(*world.network, target, identity));
    return world.network->wait(frontend.host(std::chrono::seconds{0}));
}

/// Each move of this machine to another address is proven by a login there.
std::string last_login_proof(const HostView& host, const Membership& member)
{
    auto last = member.joined_at;
    for (const auto& deed : recall(host, places::state_dir).value_or(std::vector<Deed>{}))
        if (!last.empty() && deed.kind == deeds::moved && deed.time > last) last = deed.time;
    return last;
}

StatusPage look_at_node(const HostView& host, const Membership& member, const HostAnswer& answer)
{
    StatusPage page{.now = host.now(),
                    .member = member,
                    .login_proven_at = last_login_proof(host, member),
                    .agent = read_agent_status(host),
                    .addresses = host.addresses()};
    auto guests = all_guests(host);
    if (!guests) warn(page, "guests", one::to_line(guests.error()), guests.error().next);
    for (auto& guest : guests ? *guests : std::vector<std::string>{})
        (is_of_opennebula(guest) ? page.guests : page.foreign_guests).push_back(std::move(guest));
    judge_phase(page);
    judge_host(page, host, answer);
    judge_certificate(page, host);
    judge_files(page, host);
    judge_agent(page);
    // Before the checks: what they find degrades, as in the agent's own sentence. OpenNebula may still use the node.
    const bool broken = std::ranges::find(page.problems, "error", &one::wire::Finding::severity) != page.problems.end();
    judge_checks(page);
    page.health = broken ? Health::broken : page.problems.empty() ? Health::healthy : Health::degraded;
    page.headline = headline_of(page);
    return page;
}

std::string waits_for(const Approval& approval, one::Moment now)
{
    if (approval.token_id >= 0) return fmt::format("{} approved it: run onenode join again.", approval.frontend);
    const auto until = one::Moment{std::chrono::seconds{approval.ends_at}};
    if (approval.code.empty() || until <= now)
        return fmt::format("nobody approved it at {}: run onenode join again for a new code.", approval.frontend);
    return fmt::format("it waits for an approval at {}, until {}. There, as oneadmin: onefrontend node approve {}",
                       approval.frontend, one::for_people(until), approval.code);
}

StatusPage not_joined(const HostView& host, std::span<const Step* const> steps)
{
    StatusPage page{.headline = "This machine is not joined.", .now = host.now(), .agent = read_agent_status(host)};
    if (const auto lost = forgotten_join(host, steps)) {
        page.headline = "This machine does not know any more what it is joined to.";
        fail(page, "state", one::to_line(*lost), lost->next);
    }
    if (page.agent)
        warn(page, "agent", fmt::format("an agent still runs here, as process {}", page.agent->pid),
             "systemctl stop onenode.service, or what else started it; a host in OpenNebula may be left: onehost list");
    const auto approval = load_approval(host);
    if (approval && *approval) page.headline = "This machine is not joined; " + waits_for(**approval, page.now);
    return page;
}

}  // namespace onenode::cli
