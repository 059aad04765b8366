// facts -> preflight -> trust -> enroll -> plan -> apply -> prove -> rehearse -> register -> watch
#include "nodeagent/cli/join.hpp"

#include "nodeagent/cli/common.hpp"
#include "nodeagent/cli/verbs.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/core/runner.hpp"
#include "nodeagent/link/acceptable.hpp"
#include "common/shortage.hpp"
#include "common/text/address.hpp"
#include "nodeagent/checks/ignored.hpp"
#include "nodeagent/checks/noticing_view.hpp"
#include "nodeagent/link/approval.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace onenode::cli {
namespace {

Facts facts_for(const JoinOptions& options, const World& world)
{
    const NoticingView view{*world.host};
    auto facts = with_risks(gather_facts(view, paths_read(world.steps)), options.accepted_risks);
    if (view.failure() && one::is_shortage(*view.failure())) throw one::Shortage{*view.failure()};
    return facts;
}

Facts look_around(const JoinOptions& options, const World& world)
{
    world.terminal->begin("facts");
    Facts facts = facts_for(options, world);
    const auto& found = facts.identity;
    world.terminal->say(
        fmt::format("{}, {}, kernel {}, {}", found.host_name, found.os, found.kernel, found.architecture));
    return facts;
}

std::string tally(const Reports& reports, std::size_t checks)
{
    const auto count = [&reports](Severity severity) {
        return static_cast<std::size_t>(
            std::ranges::count_if(reports, [severity](const Report& one) { return one.finding.severity == severity; }));
    };
    std::string text = counted(checks, "check");
    if (const auto errors = count(Severity::error)) text += ", " + counted(errors, "error");
    if (const auto warnings = count(Severity::warning)) text += ", " + counted(warnings, "warning");
    if (const auto unchecked = count(Severity::not_checked)) text += fmt::format(", {} not checked", unchecked);
    return text;
}

Result<> refuse_errors(const Terminal& terminal, int errors_before, std::string_view next)
{
    const int errors = terminal.errors() - errors_before;
    if (errors == 0) return {};
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = "this machine",
                      .reason = counted(static_cast<std::size_t>(errors), "error") +
                                (errors == 1 ? " stands above" : " stand above"),
                      .next = std::string{next},
                      .doing = "join"});
}

// The names of packages that are to be installed.
Result<Names> preflight(const JoinOptions& options, World& world, const Facts& facts, const std::string& service)
{
    world.terminal->begin("preflight");
    const CheckContext context{.type = type_of(options), .name = options.name, .service = service, .joining = true};
    TRY_LET(auto found, run_checks(world.preflight, facts, *world.host, context, options.ignore));
    const Names missing = missing_packages(options, *world.host, found);
    Reports reports = with_packages_as_one(options, *world.host, std::move(found), missing);
    const bool installs = options.install_packages && !missing.empty() && !options.dry_run;
    if (installs) reports = what_cannot_wait(world, std::move(reports));
    const int errors = world.terminal->errors();
    world.terminal->say(tally(reports, world.preflight.size()) +
                        (installs ? "; packages come first, then all of them once more" : ""));
    world.terminal->show(reports);
    const bool can_install = !missing.empty() && !options.install_packages;
    if (!options.dry_run)  // in which what else is wrong is worth knowing, too
        TRY(refuse_errors(*world.terminal, errors,
                          fmt::format("follow each fix, then run the same command again; {}--ignore=ID,... makes an "
                                      "error a warning",
                                      can_install ? "--install-packages installs what is missing; " : "")));
    return options.install_packages ? missing : Names{};
}

// What they bring changes nearly every fact, and all that is still wrong has to be known before the token is spent.
Result<Facts> with_packages(const JoinOptions& options, World& world, const Names& missing, const Trusted& trusted,
                            const std::string& service)
{
    const PackageWishes wishes{.names = missing,
                               .opennebula = trusted.opennebula,
                               .repository = trusted.repository,
                               .may_restart_libvirt = risks::is_among(risks::restart_libvirt, options.accepted_risks),
                               .dry_run = options.dry_run};
    TRY(install_packages(world, wishes));
    Facts facts = facts_for(options, world);
    if (options.dry_run) return facts;
    auto installed = options;
    installed.install_packages = false;
    TRY(preflight(installed, world, facts, service));
    return facts;
}

Result<> make_true(const JoinOptions& options, World& world, const wire::DesiredState& desired)
{
    world.terminal->begin("plan");
    TRY(must_be_acceptable(desired));
    const Facts facts = with_risks(gather_facts(*world.host, world.steps, desired), options.accepted_risks);
    const Plan plan = make_plan(world.steps, facts, desired);
    world.terminal->say(summary_of(plan));

    world.terminal->begin("apply");
    TRY_LET(Journal journal, Journal::open(*world.host, places::state_dir));
    TRY(journal.begin());
    const auto known = journal.entries().size();
    const auto effects = to_take_effect(*world.host, plan.changes());
    const auto applied = apply(plan, *world.host, journal, [&world](const Step& step, const Change& change) {
        world.terminal->show(step, change);
    });
    if (journal.entries().size() > known)
        remember_or_log(*world.host, places::state_dir,
                        {.kind = deeds::applied,
                         .sentence = "made this machine ready to join",
                         .version = desired.version,
                         .changes = changes_since(journal, known)});
    TRY(applied);
    if (plan.empty()) world.terminal->say("nothing to change");
    for (const auto& line : in_words(effects))
        world.terminal->say(line);
    warn_of_untold(*world.terminal, *applied);
    return {};
}

Result<> check_effects(const JoinOptions& options, World& world, const wire::DesiredState& desired)
{
    const Facts facts = gather_facts(*world.host, world.steps, desired);
    const CheckContext context = context_for(desired);
    TRY_LET(const auto reports, run_checks(world.after_apply, facts, *world.host, context, options.ignore));
    const int errors = world.terminal->errors();
    world.terminal->show(reports);
    return refuse_errors(*world.terminal, errors, "follow each fix, then run the same command again");
}

// What could lose data depends on how the front-end set up its drivers, which are here only now. Nothing is ignored.
Result<> check_guards(World& world, const wire::DesiredState& desired)
{
    std::vector<const Check*> guards;
    std::ranges::copy_if(world.preflight, std::back_inserter(guards),
                         [](const Check* check) { return check->data_loss; });
    const Facts facts = gather_facts(*world.host, world.steps, desired);
    TRY_LET(auto reports, run_checks(guards, facts, *world.host, context_for(desired)));
    std::erase_if(reports, [](const Report& report) { return report.finding.severity != Severity::error; });
    const int errors = world.terminal->errors();
    world.terminal->show(reports);
    return refuse_errors(*world.terminal, errors, "follow each fix, then run the same command again");
}

Result<> must_be_known(const HostView& host, const std::string& frontend)
{
    if (one::is_address(frontend)) return {};
    TRY(host.resolve(frontend));
    return {};
}

Result<Exit> go(const JoinOptions& asked, World& world, Progress& progress)
{
    TRY(must_be_root(*world.host, "join"));
    TRY(may_be_ignored(asked.ignore, world.preflight));
    TRY_LET(const JoinOptions given, with_fingerprint(asked));
    std::unique_ptr<Lock> lock;
    if (!asked.dry_run) {  // which leaves not even a lock file
        TRY_LET(lock, enter(world));
    }
    TRY_LET(auto member, load_membership(*world.host));
    if (member && member->phase != MemberPhase::enrolled) return answer_member(given, world, *member, progress);
    TRY_LET(const JoinOptions options, with_settings_kept(given, world, member));
    TRY_LET(const auto target, frontend_of(options, member));
    TRY(Journal::read(*world.host, places::state_dir));  // before a use of the token is spent
    progress.tried = true;

    TRY_LET(auto token, given_token(options, world));
    Facts facts = look_around(options, world);
    TRY_LET(const Names missing, preflight(options, world, facts, target.host));

    if (!token) {
        TRY(must_be_known(*world.host, target.host));  // before anybody is asked for a secret
        TRY_LET(token, asked_token(options));
    }
    std::string pin = token ? token->pin : std::string{};
    if (!token) {
        TRY_LET(pin, pin_without_token(options, world, target));
    }
    TRY_LET(auto trusted, trust(world, target, pin));
    progress.frontend = std::move(trusted.frontend);
    Frontend& frontend = *progress.frontend;
    if (!missing.empty()) {
        TRY_LET(facts, with_packages(options, world, missing, trusted, target.host));
    }
    if (options.dry_run) return show_plan(options, world, frontend, *token, facts);

    world.terminal->begin("enroll");
    if (!token) {
        TRY_LET(token, wait_for_approval(options, world, frontend, target, pin, facts));
    }
    TRY_LET(Membership membership, enroll(options, world, frontend, target, *token, facts));
    TRY(make_true(options, world, membership.desired));
    TRY(check_effects(options, world, membership.desired));
    TRY(prove(world, frontend));
    TRY(rehearse(world, frontend));
    TRY(check_guards(world, membership.desired));
    TRY(register_host(options, world, frontend, membership, progress));
    TRY(forget_approval(*world.host));
    watch(world, facts);
    return finish(world, membership);
}

}  // namespace

std::string summary_of(const Plan& plan)
{
    if (plan.empty()) return "nothing to change";
    return fmt::format("{} in {}", counted(plan.size(), "change"), counted(plan.steps.size(), "step"));
}

std::vector<std::string> in_words(const Effects& effects)
{
    std::vector<std::string> lines;
    for (const auto& effect : effects)
        lines.push_back("then " + to_shell(effect.commands));
    return lines;
}

std::string type_of(const JoinOptions& options)
{
    return options.type.empty() ? "kvm" : options.type;
}

Exit join(const JoinOptions& options, World& world)
{
    Progress progress;
    const auto done = go(options, world, progress);
    if (done) return *done;
    const Exit exit = progress.tried ? Exit::failed : Exit::cannot_run;
    std::vector<std::string> remains;
    if (progress.registering) remains.push_back(take_host_back(world, *progress.frontend));
    if (progress.tried && !options.dry_run)
        for (auto& text : what_remains(*world.host))
            remains.push_back(std::move(text));
    world.terminal->fail("join", done.error(), remains, exit);
    return exit;
}

}  // namespace onenode::cli
