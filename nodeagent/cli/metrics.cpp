// The page of `onenode status`, as numbers.
#include "nodeagent/cli/metrics.hpp"

#include "common/log.hpp"
#include "common/text/exposition.hpp"
#include "common/text/moment.hpp"
#include "nodeagent/link/places.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace onenode::cli {
namespace {

constexpr std::chrono::seconds pause_between_writes{60};
constexpr std::array<std::string_view, 5> states{"init", "on", "err", "dsbl", "off"};
constexpr std::array<std::string_view, 3> proofs{"login", "monitoring", "rehearsal"};

std::int64_t seconds_of(std::chrono::system_clock::time_point time)
{
    return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

std::int64_t problems_of(const StatusPage& page, std::string_view severity)
{
    return std::ranges::count(page.problems, severity, &one::wire::Finding::severity);
}

void add_membership(one::Exposition& text, const StatusPage& page)
{
    const Membership& member = *page.member;
    text.single("joined", "Whether this machine is joined.", member.phase == MemberPhase::joined ? 1 : 0);
    text.family("info", "What it is joined to, and as what; always 1.");
    text.sample(1, {{"frontend", member.frontend},
                    {"name", member.desired.node_name},
                    {"type", member.desired.type},
                    {"zone", member.desired.zone}});
    if (const auto joined = one::read_rfc3339(member.joined_at)) {
        text.family("proof_timestamp_seconds", "When each proof was passed last, in Unix time.");
        for (const auto proof : proofs)
            text.sample(
                seconds_of(proof == "login" ? one::read_rfc3339(page.login_proven_at).value_or(*joined) : *joined),
                {{"proof", std::string{proof}}});
    }
}

void add_host(one::Exposition& text, const one::wire::HostReport* host)
{
    text.family("host_state", "1 for the state in which OpenNebula shows the host; none where it does not tell.");
    for (const auto state : states)
        text.sample(host != nullptr && host->state == state ? 1 : 0, {{"state", std::string{state}}});
}

void add_checks(one::Exposition& text, const Checkup& checkup)
{
    const auto at = one::read_rfc3339(checkup.at);
    if (!at) return;
    text.single("checkup_timestamp_seconds", "When the agent ran the checks last, in Unix time.", seconds_of(*at));
    text.family("checks", "Checks of the last run, by what came of them.");
    text.sample(checkup.passed, {{"outcome", "ok"}});
    text.sample(checkup.warnings, {{"outcome", "warning"}});
    text.sample(checkup.failed, {{"outcome", "error"}});
    text.sample(checkup.not_checked, {{"outcome", "not_checked"}});
    std::set<std::string> ids;
    for (const auto& failed : checkup.failing)
        ids.insert(failed.id);
    if (!ids.empty()) text.family("check_failing", "1 for each finding that is an error.");
    for (const auto& id : ids)
        text.sample(1, {{"check", id}});
}

}  // namespace

std::string metrics_text(const StatusPage& page, std::uint64_t journal_bytes)
{
    one::Exposition text{"onenode"};
    add_membership(text, page);
    add_host(text, page.host ? &*page.host : nullptr);
    if (page.certificate)
        text.single("certificate_expires_timestamp_seconds", "When the node's certificate ends, in Unix time.",
                    seconds_of(page.certificate->not_after));
    const auto contact = page.agent ? one::read_rfc3339(page.agent->last_contact) : std::nullopt;
    if (contact)
        text.single("last_contact_timestamp_seconds", "When the front-end answered last, in Unix time.",
                    seconds_of(*contact));
    text.single("written_timestamp_seconds", "When the agent wrote these metrics, in Unix time.", seconds_of(page.now));
    if (page.managed) {
        text.single("managed_files", "Files that the join wrote or wrote into.",
                    static_cast<std::int64_t>(*page.managed));
        text.single("drift_files", "Those of them that differ from what was written.",
                    static_cast<std::int64_t>(page.drift.size()));
    }
    text.family("findings", "What onenode status warns of, by severity.");
    for (const auto* severity : {"error", "warning"})
        text.sample(problems_of(page, severity), {{"severity", severity}});
    if (page.agent) text.sample(problems_of(page, to_string(Severity::not_checked)), {{"severity", "not_checked"}});
    if (page.agent) add_checks(text, page.agent->checkup);
    text.single("guests", "OpenNebula's virtual machines that run here.",
                static_cast<std::int64_t>(page.guests.size()));
    text.single("journal_bytes", "Size of the journal.", static_cast<std::int64_t>(journal_bytes));
    return std::move(text.text);
}

MetricsFile::MetricsFile(Host& host, std::string path) : host_(&host), path_(std::move(path)) {}

void MetricsFile::heard(HostAnswer answer)
{
    answer_ = std::move(answer);
}

void MetricsFile::write(bool insists)
{
    if (path_.empty() || !answer_) return;
    const auto now = host_->now();
    const bool is_early = now >= written_ && now - written_ < pause_between_writes;
    if (is_early && !insists) return;
    written_ = now;
    if (const auto done = put(); !done)
        one::log::warning("the metrics were not written", {{"reason", one::to_line(done.error())}});
}

Result<> MetricsFile::put()
{
    const auto directory = host_->stat(path_.substr(0, path_.rfind('/')));
    if (!directory || directory->kind != FileKind::directory) return {};
    TRY_LET(const auto member, load_membership(*host_));
    if (!member) return {};
    const auto journal = host_->stat(std::string{places::state_dir} + "/journal");
    return host_->write({.path = path_,
                         .text = metrics_text(look_at_node(*host_, *member, *answer_), journal ? journal->size : 0),
                         .mode = 0644,
                         .owner = std::to_string(directory->uid),
                         .group = std::to_string(directory->gid)});
}

void MetricsFile::remove()
{
    if (path_.empty()) return;
    if (const auto gone = host_->remove(path_); !gone)
        one::log::warning("the metrics stay behind", {{"reason", one::to_line(gone.error())}});
}

}  // namespace onenode::cli
