// Runs every check, side by side, and lowers what a person asked to ignore; data-loss checks are never lowered.
#include "nodeagent/checks/check.hpp"

#include "common/shortage.hpp"
#include "common/text/letters.hpp"
#include "common/text/words.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/ignored.hpp"
#include "nodeagent/checks/noticing_view.hpp"
#include "nodeagent/checks/remembering_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <future>

namespace onenode {
namespace {

constexpr std::size_t together = 8;  // they wait for their children, and these for processors

bool same_word(std::string_view left, std::string_view right)
{
    return one::same_in_any_case(left, right);
}

// "probe-command" names all its objects, "probe-command-lspci" the one.
bool names(std::string_view word, std::string_view check, std::string_view id)
{
    return same_word(word, "all") || same_word(word, check) || same_word(word, id);
}

// A word may name a check of another moment: --ignore is given once for the whole join.
std::vector<std::string_view> known_ids(std::span<const Check* const> checks)
{
    std::vector<std::string_view> ids;
    for (const auto list : {checks, checks::all()})
        for (const Check* check : list)
            ids.push_back(check->id);
    return ids;
}

// The check itself, or with what it found.
bool means(std::string_view word, std::string_view id)
{
    return same_word(word.substr(0, id.size()), id) && (word.size() == id.size() || word[id.size()] == '-');
}

bool is_known(std::string_view word, std::span<const std::string_view> ids)
{
    return same_word(word, "all") || std::ranges::any_of(ids, [word](std::string_view id) { return means(word, id); });
}

const Check* guard_meant(std::string_view word, std::span<const Check* const> checks)
{
    for (const auto list : {checks, checks::all()})
        for (const Check* check : list)
            if (check->data_loss && means(word, check->id)) return check;
    return nullptr;
}

Result<> all_known(const std::vector<std::string>& ignored, std::span<const Check* const> checks)
{
    const auto ids = known_ids(checks);
    for (const auto& word : ignored) {
        if (is_known(word, ids)) continue;
        const auto near = one::nearest(word, ids);
        return one::fail(
            {.kind = ErrorKind::invalid,
             .thing = word,
             .reason = "no check has this id",
             .next = near.empty() ? "onenode doctor --list shows them all" : fmt::format("did you mean {}?", near),
             .doing = "ignore"});
    }
    return {};
}

Report report_of(const Check& check, Finding finding, const std::vector<std::string>& ignored)
{
    auto id = finding.object.empty() ? std::string{check.id} : fmt::format("{}-{}", check.id, finding.object);
    Report report{.id = std::move(id), .check = check.id, .finding = std::move(finding)};
    const bool lowered = is_ignored(report, ignored) && !check.data_loss;
    if (report.finding.severity == Severity::error && lowered) report.finding.severity = Severity::warning;
    return report;
}

Finding unseen(Error error)
{
    error = one::while_doing("look at")(std::move(error));
    return {.severity = Severity::not_checked, .message = one::to_line(error), .fix = error.next};
}

// What was not there because we could not look is no fault of the machine; a guard's errors stay. What a check makes of
// a program that hangs is its own affair, but fine is nothing of it. A finding stays one.
std::vector<Finding> run_one(const Check& check, const Facts& facts, const RememberingView& view,
                             const CheckContext& context)
try {
    const NoticingView noticing{view};
    auto findings = check.run(facts, noticing, context);
    if (noticing.failure()) {
        if (!check.data_loss) findings.clear();
        findings.push_back(unseen(*noticing.failure()));
        return findings;
    }
    const bool found = std::ranges::any_of(
        findings, [](const Finding& finding) { return finding.severity >= Severity::warning || finding.unanswered; });
    if (found || !view.hung()) return findings;
    auto unknown = checks::not_checked(*view.hung());
    for (const auto& finding : findings)  // what may be missing may still be
        unknown.front().packages.insert(unknown.front().packages.end(), finding.packages.begin(),
                                        finding.packages.end());
    return unknown;
} catch (const std::exception& thrown) {
    const auto lacking = one::shortage_in(thrown);
    if (!lacking) throw;
    return {unseen(*lacking)};
}

/// In the order of the checks, whichever ends first.
std::vector<std::vector<Finding>> findings_of(std::span<const Check* const> checks, const Facts& facts,
                                              const HostView& host, const CheckContext& context)
{
    std::vector<std::vector<Finding>> findings(checks.size());
    std::atomic<std::size_t> next = 0;
    Answers answers;
    const auto work = [&] {
        for (auto mine = next++; mine < checks.size(); mine = next++)
            findings[mine] = run_one(*checks[mine], facts, RememberingView{host, answers}, context);
    };
    std::vector<std::future<void>> others;
    for (std::size_t count = 1; count < std::min(together, checks.size()); ++count)
        others.push_back(
            std::async(std::launch::async | std::launch::deferred, work));  // where there is no thread: none
    work();
    for (auto& other : others)
        other.get();
    return findings;
}

}  // namespace

Result<Reports> run_checks(std::span<const Check* const> checks, const Facts& facts, const HostView& host,
                           const CheckContext& context, const std::vector<std::string>& ignored)
{
    TRY(all_known(ignored, checks));
    auto findings = findings_of(checks, facts, host, context);
    Reports reports;
    for (std::size_t index = 0; index < checks.size(); ++index) {
        const Check& check = *checks[index];
        if (findings[index].empty()) findings[index].push_back({.message = std::string{check.title}});
        for (auto& finding : findings[index])
            reports.push_back(report_of(check, std::move(finding), ignored));
    }
    return reports;
}

Result<> may_be_ignored(const std::vector<std::string>& ignored, std::span<const Check* const> checks)
{
    TRY(all_known(ignored, checks));
    for (const auto& word : ignored)
        if (const Check* guard = guard_meant(word, checks))
            return one::fail(
                {.kind = ErrorKind::invalid,
                 .thing = word,
                 .reason = "what it finds could lose data, and no flag opens it",
                 .next = fmt::format("leave it out; what it is about: onenode doctor --explain {}", guard->id),
                 .doing = "ignore"});
    return {};
}

bool is_ignored(const Report& report, const std::vector<std::string>& ignored)
{
    return std::ranges::any_of(ignored, [&report](const auto& word) { return names(word, report.check, report.id); });
}

Severity worst(const Reports& reports)
{
    Severity severity = Severity::ok;
    for (const auto& report : reports)
        severity = std::max(severity, report.finding.severity);
    return severity;
}

std::string_view to_string(Severity severity)
{
    switch (severity) {
    case Severity::ok: return "ok";
    case Severity::not_checked: return "not-checked";
    case Severity::warning: return "warning";
    case Severity::error: return "error";
    }
    return "error";
}

}  // namespace onenode
