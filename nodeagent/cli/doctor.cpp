// All checks of this machine at once: what is wrong, what comes of it, how it is mended; and, asked for, the mending.
// Needs no front-end, and no join.
#include "nodeagent/cli/doctor.hpp"

#include "nodeagent/cli/checkup.hpp"
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/verbs.hpp"

#include "common/shortage.hpp"
#include "common/text/words.hpp"
#include "nodeagent/checks/ignored.hpp"
#include "nodeagent/checks/noticing_view.hpp"
#include "nodeagent/core/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace onenode::cli {
namespace {

bool is_joined(const std::optional<Membership>& member)
{
    return member && member->phase == MemberPhase::joined;
}

// Before a join there is nothing of a join to be found wrong; who names a check wants it in any case.
Result<Checks> chosen_checks(const DoctorOptions& options, const World& world, bool joined)
{
    const auto all = every_check(world);
    if (options.ids.empty()) return joined ? all : Checks{world.preflight.begin(), world.preflight.end()};
    Checks chosen;
    for (const auto& word : options.ids) {
        TRY_LET(const Check* check, check_named(all, word, "look for"));
        if (std::ranges::find(chosen, check) == chosen.end()) chosen.push_back(check);
    }
    return chosen;
}

// What takes its time comes last: a person reads the rest meanwhile.
std::pair<Checks, Checks> by_speed(const World& world, const Checks& checks)
{
    std::pair<Checks, Checks> parts;
    std::ranges::partition_copy(
        checks, std::back_inserter(parts.first), std::back_inserter(parts.second),
        [&](const Check* check) { return std::ranges::find(world.doctor, check) == world.doctor.end(); });
    return parts;
}

void show(Terminal& terminal, const Checks& checks, const Reports& reports)
{
    for (const auto& report : reports)
        terminal.show(report, **std::ranges::find(checks, report.check, &Check::id));
}

// Whoever holds the lock tells the programs: the agent, in this moment.
bool somebody_finishes(World& world)
{
    const auto lock = enter(world);
    return !is_unfinished(*world.host) || (!lock && lock.error().kind == ErrorKind::busy);
}

CheckContext context_of(const DoctorOptions& options, const std::optional<Membership>& member)
{
    CheckContext context;
    if (member && !member->desired.node_name.empty()) context = context_for(member->desired);
    if (!options.type.empty()) context.type = options.type;
    return context;
}

std::size_t count(const Reports& reports, Severity severity)
{
    return static_cast<std::size_t>(
        std::ranges::count_if(reports, [severity](const Report& one) { return one.finding.severity == severity; }));
}

Exit exit_for(Severity severity)
{
    if (severity == Severity::error) return Exit::failed;
    return severity == Severity::warning ? Exit::warnings : Exit::ok;
}

Exit finish(Terminal& terminal, const Diagnosis& diagnosis)
{
    const Reports& reports = diagnosis.reports;
    const auto ok = count(reports, Severity::ok);
    const auto warnings = count(reports, Severity::warning);
    const auto errors = count(reports, Severity::error);
    const auto unchecked = count(reports, Severity::not_checked);
    const auto severity = std::max(worst(reports), diagnosis.unfinished ? Severity::warning : Severity::ok);
    const Exit exit = exit_for(severity);
    const auto* outcome = severity == Severity::error ? "errors" : severity == Severity::warning ? "warnings" : "well";
    terminal.finish("doctor", outcome,
                    fmt::format("{} ok, {}, {}, {} not checked", ok, counted(warnings, "warning"),
                                counted(errors, "error"), unchecked),
                    exit,
                    {{"ok", static_cast<int>(ok)},
                     {"warnings", static_cast<int>(warnings)},
                     {"errors", static_cast<int>(errors)},
                     {"not_checked", static_cast<int>(unchecked)}});
    return exit;
}

Result<Exit> go(const DoctorOptions& options, World& world, bool& tried)
{
    if (options.list) return list_checks(world);
    if (!options.explain.empty()) return explain_check(world, options.explain);
    TRY(must_be_root(*world.host, "doctor"));
    TRY(may_be_ignored(options.ignore, every_check(world)));
    std::unique_ptr<Lock> lock;
    if (options.fix) {
        TRY(may_mend(options));
        TRY_LET(lock, enter(world));
    }
    TRY_LET(const auto member, load_membership(*world.host));
    TRY_LET(const Checks chosen, chosen_checks(options, world, is_joined(member)));

    world.terminal->begin("checks");
    Diagnosis diagnosis{
        .checks = chosen, .context = context_of(options, member), .accepted_risks = options.accepted_risks};
    if (is_joined(member) && member->installs_packages) diagnosis.upgrades = member;
    const auto begun = std::chrono::steady_clock::now();
    const auto [quick, slow] = by_speed(world, chosen);
    if (member) diagnosis.datastores = member->desired.datastore_location;
    if (is_joined(member)) diagnosis.ignored_at_join = member->ignored;
    TRY_LET(diagnosis.reports, look(world, quick, diagnosis, options.ignore));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    tried = true;
    world.terminal->say(
        fmt::format("{} for {}{}", counted(chosen.size(), "check"), diagnosis.context.type,
                    is_joined(member) ? ", joined to " + member->frontend : ", not joined"),
        {{"checks", static_cast<int>(chosen.size())}, {"milliseconds", static_cast<int>(took.count() * 1000)}});
    show(*world.terminal, chosen, diagnosis.reports);
    if (!slow.empty()) {
        TRY_LET(auto later, run_checks(slow, diagnosis.facts, *world.host, diagnosis.context, options.ignore));
        const auto late = as_accepted(std::move(later), diagnosis.ignored_at_join);
        show(*world.terminal, chosen, late);
        diagnosis.reports.insert(diagnosis.reports.end(), late.begin(), late.end());
    }
    if (options.fix) {
        TRY(mend(options, world, diagnosis));
    } else {
        tell_of_fix(world, diagnosis);
    }
    diagnosis.unfinished = is_unfinished(*world.host) && (lock || !somebody_finishes(world));
    if (diagnosis.unfinished)
        world.terminal->warn("fix-unfinished", "programs have not read all yet that onenode changed",
                             "onenode doctor --fix");
    return finish(*world.terminal, diagnosis);
}

}  // namespace

Checks every_check(const World& world)
{
    Checks all;
    for (const auto moment : {world.preflight, world.after_apply, world.doctor})
        for (const Check* check : moment)
            if (std::ranges::find(all, check) == all.end()) all.push_back(check);
    return all;
}

Result<const Check*> check_named(const Checks& checks, const std::string& word, std::string_view doing)
{
    const Check* found = nullptr;
    std::vector<std::string_view> ids;
    for (const Check* check : checks) {
        ids.push_back(check->id);
        const bool fits = word == check->id || word.starts_with(std::string{check->id} + '-');
        if (fits && (found == nullptr || found->id.size() < check->id.size())) found = check;
    }
    if (found != nullptr) return found;
    const auto near = one::nearest(word, ids);
    return one::fail(
        {.kind = ErrorKind::invalid,
         .thing = word,
         .reason = "no check has this id",
         .next = near.empty() ? "onenode doctor --list shows them all" : fmt::format("did you mean {}?", near),
         .doing = std::string{doing}});
}

Result<Reports> look(const World& world, const Checks& checks, Diagnosis& diagnosis,
                     const std::vector<std::string>& ignored)
{
    const NoticingView view{*world.host};
    diagnosis.facts = with_risks(gather_facts(view, paths_read(world.steps)), diagnosis.accepted_risks);
    if (!diagnosis.datastores.empty()) diagnosis.facts.datastores = gather_datastores(view, diagnosis.datastores);
    if (view.failure() && one::is_shortage(*view.failure())) return one::fail(*view.failure());  // the rest lacks too
    TRY_LET(auto reports, run_checks(checks, diagnosis.facts, *world.host, diagnosis.context, ignored));
    return as_accepted(std::move(reports), diagnosis.ignored_at_join);
}

Exit doctor(const DoctorOptions& options, World& world)
{
    bool tried = false;
    const auto done = go(options, world, tried);
    if (done) return *done;
    const Exit exit = tried ? Exit::failed : Exit::cannot_run;
    world.terminal->fail("doctor", done.error(), {}, exit);
    return exit;
}

}  // namespace onenode::cli
