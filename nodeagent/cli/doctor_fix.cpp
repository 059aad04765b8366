// What checks know how to mend, as one plan: shown, asked about, applied through the journal, and looked at again.
#include "nodeagent/cli/doctor.hpp"

#include "nodeagent/checks/checks.hpp"
#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/join.hpp"
#include "nodeagent/cli/secret_input.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/core/runner.hpp"
#include "nodeagent/link/places.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

struct Repair {
    const Check* check = nullptr;
    std::string name{};  // in the journal
    Step step{};
    Changes changes{};
};
using Repairs = std::vector<Repair>;

bool is_bad(const Reports& reports, const Check& check)
{
    return std::ranges::any_of(reports, [&check](const Report& report) {
        return report.check == check.id && report.finding.severity >= Severity::warning;
    });
}

// Two checks may find the same thing: it is changed once.
void take_what_is_new(Changes& all, Changes& changes)
{
    std::erase_if(changes, [&all](const Change& change) { return std::ranges::find(all, change) != all.end(); });
    all.insert(all.end(), changes.begin(), changes.end());
}

Repairs repairs_for(const World& world, const Diagnosis& diagnosis)
{
    Repairs repairs;
    Changes all;
    for (const Check* check : diagnosis.checks) {
        if (check->fix == nullptr || !is_bad(diagnosis.reports, *check)) continue;
        auto changes = check->fix(diagnosis.facts, *world.host, diagnosis.context);
        take_what_is_new(all, changes);
        if (changes.empty()) continue;
        repairs.push_back({.check = check,
                           .name = std::string{fixed_by_doctor} + std::string{check->id},
                           .changes = std::move(changes)});
    }
    for (auto& repair : repairs)  // where they stay: a step only looks at its name
        repair.step = {.id = repair.name, .title = repair.check->title, .reads = {}, .plan = nullptr};
    return repairs;
}

bool is_upgradable(const World& world, const Diagnosis& diagnosis)
{
    return diagnosis.upgrades && is_bad(diagnosis.reports, checks::remotes_version) &&
           !upgrade_for(*world.host, *diagnosis.upgrades).names.empty();
}

std::vector<std::string> names_of(const Repairs& repairs)
{
    std::vector<std::string> ids;
    for (const auto& repair : repairs)
        ids.emplace_back(repair.check->id);
    return ids;
}

std::string written_path(const Change& change)
{
    const auto* file = std::get_if<WriteFile>(&change);
    return file != nullptr ? file->path : std::string{};
}

Plan plan_of(const Repairs& repairs, const HostView& host)
{
    Plan plan;
    for (const auto& repair : repairs) {
        plan.steps.push_back({.step = &repair.step, .changes = repair.changes});
        for (const auto& change : repair.changes) {
            const auto path = written_path(change);
            if (path.empty()) continue;
            const auto text = host.read(path);
            plan.seen.emplace(path, text ? hash_of(*text) : std::string{});
        }
    }
    return plan;
}

void show(World& world, const Plan& plan, const Effects& effects)
{
    std::vector<std::string> paths;
    for (const auto& planned : plan.steps)
        for (const auto& change : planned.changes)
            if (auto path = written_path(change); !path.empty()) paths.push_back(std::move(path));
    world.terminal->show(plan, gather_facts(*world.host, paths));
    for (const auto& effect : effects)
        for (const auto& command : effect.commands)
            world.terminal->say("then " + one::to_shell(command.argv));
}

std::string counted_changes(std::size_t size)
{
    return size == 1 ? "this change" : fmt::format("these {} changes", size);
}

Result<bool> is_wanted(const DoctorOptions& options, const Plan& plan)
{
    if (options.yes) return true;
    return ask_yes_or_no(
        fmt::format("Make {}? It can be taken back by onenode leave. (yes/no) ", counted_changes(plan.size())));
}

// Killed in between, the files are right already and no check finds anything.
Result<> finish_earlier_changes(World& world)
{
    if (!is_unfinished(*world.host)) return {};
    TRY_LET(const Journal journal, Journal::open(*world.host, places::state_dir));
    TRY_LET(const auto untold, tell(*world.host, journal));
    warn_of_untold(*world.terminal, untold);
    return {};
}

void replace(Reports& reports, const Check& check, const Reports& anew)
{
    const auto place = std::ranges::find(reports, check.id, &Report::check);
    const auto at = reports.erase(place, std::ranges::find_if(place, reports.end(), [&check](const Report& report) {
                                      return report.check != check.id;
                                  }));
    Reports of_check;
    std::ranges::copy_if(anew, std::back_inserter(of_check),
                         [&check](const Report& report) { return report.check == check.id; });
    reports.insert(at, of_check.begin(), of_check.end());
}

Result<> look_again(const DoctorOptions& options, World& world, Diagnosis& diagnosis, const Repairs& repairs)
{
    world.terminal->begin("again");
    Checks mended;
    for (const auto& repair : repairs)
        mended.push_back(repair.check);
    TRY_LET(const auto anew, look(world, mended, diagnosis, options.ignore));
    for (const Check* check : mended) {
        replace(diagnosis.reports, *check, anew);
        if (is_bad(anew, *check)) continue;
        world.terminal->say(fmt::format("{} is mended", check->id), {{"mended", std::string{check->id}}});
    }
    for (const auto& report : anew)
        if (report.finding.severity >= Severity::warning)
            world.terminal->show(report, **std::ranges::find(mended, report.check, &Check::id));
    return {};
}

Result<> make(const DoctorOptions& options, World& world, Diagnosis& diagnosis, const Repairs& repairs)
{
    const Plan plan = plan_of(repairs, *world.host);
    const auto effects = to_take_effect(*world.host, plan.changes());
    world.terminal->say(fmt::format("{} for {}", counted(plan.size(), "change"), counted(repairs.size(), "check")));
    show(world, plan, effects);
    TRY_LET(const bool wanted, is_wanted(options, plan));
    if (!wanted) {
        world.terminal->say("nothing was changed");
        return {};
    }
    world.terminal->begin("apply");
    TRY_LET(Journal journal, Journal::open(*world.host, places::state_dir));
    const auto known = journal.entries().size();
    TRY_LET(const auto untold, apply(plan, *world.host, journal, [&world](const Step& step, const Change& change) {
                world.terminal->show(step, change);
            }));
    remember_or_log(*world.host, places::state_dir,
                    {.kind = deeds::fixed,
                     .sentence = "onenode doctor mended " + one::join(names_of(repairs), ", "),
                     .changes = changes_since(journal, known)});
    warn_of_untold(*world.terminal, untold);
    return look_again(options, world, diagnosis, repairs);
}

// Through the same hands as in a join. What stands in its way keeps no other repair back.
Result<> upgrade(const DoctorOptions& options, World& world, Diagnosis& diagnosis)
{
    world.terminal->begin("packages");
    auto wishes = upgrade_for(*world.host, *diagnosis.upgrades);
    wishes.may_restart_libvirt = risks::is_among(risks::restart_libvirt, diagnosis.accepted_risks);
    const auto plan = plan_packages(world, wishes);
    if (!plan) {
        world.terminal->warn("packages", one::to_line(plan.error()), plan.error().next);
        return {};
    }
    const auto changes = plan->changes();
    if (changes.empty()) return {};
    const Step step{.id = packages::step_id, .title = checks::remotes_version.title, .reads = {}, .plan = nullptr};
    world.terminal->show(Plan{.steps = {{.step = &step, .changes = changes}}}, Facts{});
    const auto question =
        fmt::format("Make {}? Packages stay after onenode leave. (yes/no) ", counted_changes(changes.size()));
    bool wanted = options.yes;
    if (!wanted) {
        TRY_LET(wanted, ask_yes_or_no(question));
    }
    if (!wanted) {
        world.terminal->say("nothing was changed");
        return {};
    }
    TRY(carry_out(world, wishes, *plan));
    return look_again(options, world, diagnosis, {{.check = &checks::remotes_version}});
}

}  // namespace

Result<> may_mend(const DoctorOptions& options)
{
    if (options.yes || has_terminal()) return {};
    return one::fail({.kind = ErrorKind::unsupported,
                      .thing = "whether to mend",
                      .reason = "there is no terminal to ask at",
                      .next = "look at what is wrong with onenode doctor, then: onenode doctor --fix --yes",
                      .doing = "ask"});
}

bool is_unfinished(const HostView& host)
{
    return is_untold(host, places::state_dir);
}

void tell_of_fix(World& world, const Diagnosis& diagnosis)
{
    auto ids = names_of(repairs_for(world, diagnosis));
    if (is_upgradable(world, diagnosis)) ids.emplace_back(checks::remotes_version.id);
    if (ids.empty()) return;
    world.terminal->begin("fix");
    world.terminal->say(fmt::format("onenode doctor --fix mends {}", one::join(ids, ", ")), {{"mends", ids}});
}

Result<> mend(const DoctorOptions& options, World& world, Diagnosis& diagnosis)
{
    world.terminal->begin("fix");
    const auto repairs = repairs_for(world, diagnosis);
    const bool upgradable = is_upgradable(world, diagnosis);
    if (repairs.empty()) TRY(finish_earlier_changes(world));
    if (repairs.empty() && !upgradable) world.terminal->say("there is nothing here that --fix mends");
    if (!repairs.empty()) TRY(make(options, world, diagnosis, repairs));
    if (upgradable) TRY(upgrade(options, world, diagnosis));
    return {};
}

}  // namespace onenode::cli
