// The checks of the preflight and those of what the join made true, as the front-end wants it now.
#include "nodeagent/cli/checkup.hpp"

#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/doctor.hpp"
#include "nodeagent/core/gather.hpp"

#include <algorithm>
#include <map>

namespace onenode::cli {
namespace {

Severity severity_of(const Report& report, const std::vector<std::string>& ignored)
{
    const Check* check = checks::find(report.check);
    const bool may_be_ignored = check == nullptr || !check->data_loss;
    const bool lowered = report.finding.severity == Severity::error && may_be_ignored && is_ignored(report, ignored);
    return lowered ? Severity::warning : report.finding.severity;
}

}  // namespace

Reports as_accepted(Reports reports, const std::vector<std::string>& ignored)
{
    for (auto& report : reports)
        report.finding.severity = severity_of(report, ignored);
    return reports;
}

Checkup checkup_of(const Reports& reports, one::Moment at)
{
    Checkup checkup{.at = one::rfc3339(at)};
    std::map<std::string_view, Severity> worst_of;
    for (const Report& report : reports) {
        const auto severity = report.finding.severity;
        auto& worst = worst_of[report.check];
        worst = std::max(worst, severity);
        if (severity == Severity::error)
            checkup.failing.push_back({report.id, report.finding.message, report.finding.fix});
    }
    for (const Report& report : reports)
        if (report.finding.unanswered && worst_of[report.check] == Severity::not_checked)
            checkup.unanswered.push_back({report.id, report.finding.message, report.finding.fix});
    for (const auto& [check, severity] : worst_of) {
        switch (severity) {
        case Severity::ok: ++checkup.passed; break;
        case Severity::not_checked: ++checkup.not_checked; break;
        case Severity::warning: ++checkup.warnings; break;
        case Severity::error: ++checkup.failed; break;
        }
    }
    return checkup;
}

Result<Checkup> look_at_health(const World& world)
{
    TRY_LET(const auto member, load_membership(*world.host));
    if (!member) return Checkup{};  // it left in this moment
    Checks quick = every_check(world);
    std::erase_if(
        quick, [&world](const Check* check) { return std::ranges::find(world.doctor, check) != world.doctor.end(); });
    Facts facts = gather_facts(*world.host, paths_read(world.steps));
    facts.datastores = gather_datastores(*world.host, member->desired.datastore_location);
    TRY_LET(auto reports, run_checks(quick, facts, *world.host, context_for(member->desired)));
    return checkup_of(as_accepted(std::move(reports), member->ignored), world.host->now());
}

}  // namespace onenode::cli
