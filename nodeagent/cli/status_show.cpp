// The page for people: a row for each thing, then what is wrong with its fix.
#include "nodeagent/cli/status_page.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

// What was cannot lie ahead, unless the clock was set back since; a little is two programs' rounding.
std::string ago(const std::string& time, one::Moment now)
{
    const auto moment = one::read_rfc3339(time);
    if (!moment) return time;
    if (*moment > now + std::chrono::minutes{1})
        return one::for_people(*moment) + ", by a clock that was set back since";
    return one::relative(*moment, now);
}

std::string day(const std::string& time)
{
    const auto moment = one::read_rfc3339(time);
    return moment ? one::for_people(*moment) : time;
}

std::string front_end_row(const StatusPage& page)
{
    const auto& desired = page.member->desired;
    std::string row = page.member->frontend;
    if (!desired.zone.empty()) row += ", zone " + desired.zone;
    if (!desired.opennebula.empty()) row += ", OpenNebula " + desired.opennebula;
    if (page.host) return row + ", answers";
    const bool known = page.agent && !page.agent->last_contact.empty();
    if (known) return row + ", last answer " + ago(page.agent->last_contact, page.now);
    return row + (page.certificate ? ", does not answer" : ", not asked without a certificate");
}

std::string host_row(const StatusPage& page)
{
    const auto& member = *page.member;
    if (!page.host && member.host_id >= 0)
        return fmt::format("{} ({}), state unknown", member.desired.node_name, member.host_id);
    if (!page.host) return "unknown";
    if (page.host->host_id < 0) return "none";
    return fmt::format("{} ({}), {}, {}", page.host->name, page.host->host_id, page.host->state,
                       counted(static_cast<std::size_t>(std::max(0, page.host->running_vms)), "virtual machine"));
}

std::string agent_row(const StatusPage& page)
{
    if (!page.agent) return "does not run";
    std::string row = fmt::format("process {}", page.agent->pid);
    if (!page.agent->last_contact.empty())
        row += ", heard the front-end " + ago(page.agent->last_contact, page.now);
    else
        row += ", did not hear the front-end yet";
    if (!page.agent->last_repair.empty()) row += ", last repair " + ago(page.agent->last_repair, page.now);
    return row;
}

std::string certificate_row(const StatusPage& page)
{
    if (!page.certificate) return "none";
    std::string row = "until " + one::for_people(page.certificate->not_after);
    if (page.agent && !page.agent->renew_at.empty()) row += ", next renewal " + day(page.agent->renew_at);
    return row;
}

std::string files_row(const StatusPage& page)
{
    if (!page.managed) return "unknown: the journal, which names them, cannot be read";
    if (page.drift.empty()) return fmt::format("{} managed, all as written", *page.managed);
    return fmt::format("{} managed, {} differ{}", *page.managed, page.drift.size(), page.drift.size() == 1 ? "s" : "");
}

std::string checks_row(const StatusPage& page)
{
    const auto& checkup = page.agent->checkup;
    if (checkup.at.empty()) return "not run yet";
    std::string row = counts_of(checkup);
    if (checkup.not_checked > 0) row += fmt::format(", {} not checked", checkup.not_checked);
    return fmt::format("{}, {}", row, ago(checkup.at, page.now));
}

std::string guests_row(const StatusPage& page)
{
    auto row = page.guests.empty() ? "none here" : one::join(page.guests, ", ");
    if (!page.foreign_guests.empty()) row += "; foreign: " + one::join(page.foreign_guests, ", ");
    return row;
}

}  // namespace

void show_page(Terminal& terminal, const StatusPage& page)
{
    const auto row = [&](std::string_view name, const std::string& text) {
        terminal.begin(name);
        terminal.say(text);
    };
    terminal.headline(page.headline);
    if (!page.member) return terminal.show(page.problems);
    row("front-end", front_end_row(page));
    row("host", host_row(page));
    if (page.member->phase == MemberPhase::joined) row("agent", agent_row(page));
    if (page.agent) row("checks", checks_row(page));
    row("certificate", certificate_row(page));
    row("files", files_row(page));
    row("guests", guests_row(page));
    row("addresses", page.addresses.empty() ? "none" : one::join(page.addresses, ", "));
    if (page.agent && !page.agent->waits.empty()) row("waits", page.agent->waits);
    const auto& joined_at = page.member->joined_at;
    if (!joined_at.empty() && (page.login_proven_at.empty() || page.login_proven_at == joined_at))
        row("proofs", fmt::format("login, monitoring and rehearsal passed at the join, {}", day(joined_at)));
    else if (!joined_at.empty())
        row("proofs", fmt::format("monitoring and rehearsal passed at the join, {}; login at a new address, {}",
                                  day(joined_at), day(page.login_proven_at)));
    terminal.show(page.problems);
}

}  // namespace onenode::cli
