// --install-packages: after the front-end is known to be the right one, for its version counts, and before the token is
// spent. It waits for others, asks nobody, removes nothing, and takes no libvirt from under running guests.
#include "nodeagent/cli/join.hpp"

#include "common/text/duration.hpp"
#include "common/text/words.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/core/runner.hpp"
#include "nodeagent/link/network.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace onenode::cli {
namespace {

constexpr Step step{.id = packages::step_id, .title = "what a node needs is installed", .reads = {}, .plan = nullptr};
// Their packages restart what guests hang on when they are upgraded. Installed anew, they have no guests yet; but for
// OpenNebula's own, which sets up libvirt and restarts it.
constexpr std::array<std::string_view, 4> under_guests{"libvirt", "qemu", "openvswitch", "lxc"};
constexpr std::array<std::string_view, 3> under_libvirt{"libvirt", "qemu", "opennebula-node-kvm"};

Error cannot_install(ErrorKind kind, std::string thing, std::string reason, std::string next)
{
    return {.kind = kind,
            .thing = std::move(thing),
            .reason = std::move(reason),
            .next = std::move(next),
            .doing = "install"};
}

Result<std::string> tool_here(const HostView& host, const Names& names)
{
    if (auto tool = packages::tool_of(host)) return *std::move(tool);
    return one::fail(cannot_install(ErrorKind::unsupported, "packages", "this machine has neither apt-get nor dnf",
                                    checks::install_named(host, names) + ", then run the same command again"));
}

// After that the tool decides by its own lock, and names who has it: what runs may be no business of this machine's.
Result<> wait_for_others(World& world)
{
    bool told = false;
    for (auto left = world.patience.packages_free; left.count() > 0; left -= world.patience.packages_poll) {
        const auto process = checks::package_manager_at_work(*world.host);
        if (!process) return {};
        if (!told)
            world.terminal->say(fmt::format(
                "waits for process {} ({}), {} at most", process->pid, one::join(process->argv, " ").substr(0, 60),
                one::to_text(std::chrono::duration_cast<std::chrono::seconds>(world.patience.packages_free))));
        told = true;
        TRY(world.network->rest(world.patience.packages_poll));
    }
    return {};
}

bool begins_with_any(std::string_view name, std::span<const std::string_view> prefixes)
{
    return std::ranges::any_of(prefixes, [name](std::string_view prefix) { return name.starts_with(prefix); });
}

// Also before the tool can rehearse: what comes from a repository that it does not know yet is known by its name.
Result<> must_spare_guests(const PackageWishes& wishes, const HostView& host, const InstallPackages& change,
                           const Names& upgraded)
{
    Names touching;
    for (const auto& name : upgraded)
        if (begins_with_any(name, under_guests)) touching.push_back(name);
    for (const auto& package : change.packages)
        if (package.starts_with("opennebula-node-")) touching.push_back(package.substr(0, package.find('=')));
    const auto is_of_libvirt = [](const std::string& name) { return begins_with_any(name, under_libvirt); };
    if (wishes.may_restart_libvirt) std::erase_if(touching, is_of_libvirt);
    if (touching.empty()) return {};
    TRY_LET(const auto guests, all_guests(host));
    if (guests.empty()) return {};
    const auto by_hand = fmt::format("install it when that suits them ({} install {}), then run the same command again",
                                     change.tool, one::join(touching, " "));
    return one::fail(cannot_install(
        ErrorKind::conflict, one::join(change.packages, ", "),
        fmt::format("{} would restart what the virtual machines hang on that run here", one::join(touching, ", ")),
        std::ranges::all_of(touching, is_of_libvirt)
            ? fmt::format("{}; or let it restart libvirt under them: --accept-risk={}", by_hand, risks::restart_libvirt)
            : by_hand));
}

bool is_asked_for(const InstallPackages& change, const std::string& name)
{
    return std::ranges::any_of(
        change.packages, [&name](const auto& package) { return package == name || package.starts_with(name + '='); });
}

/// What it would upgrade besides, because what is new needs it.
Result<Names> must_be_harmless(const PackageWishes& wishes, const HostView& host, const InstallPackages& change)
{
    TRY_LET(auto effects, packages::effects_of(host, change));
    if (!effects.removed.empty())
        return one::fail(cannot_install(ErrorKind::conflict, one::join(change.packages, ", "),
                                        fmt::format("it would remove {}", one::join(effects.removed, ", ")),
                                        "decide by hand what has to go: " + packages::command_line(change) +
                                            "; then run the same command again"));
    if (!effects.downgraded.empty())
        return one::fail(cannot_install(ErrorKind::conflict, one::join(change.packages, ", "),
                                        fmt::format("it would downgrade {}", one::join(effects.downgraded, ", ")),
                                        "decide by hand which version is to stay: " + packages::command_line(change) +
                                            "; then run the same command again"));
    TRY(must_spare_guests(wishes, host, change, effects.upgraded));
    std::erase_if(effects.upgraded, [&change](const auto& name) { return is_asked_for(change, name); });
    return std::move(effects.upgraded);
}

void say_upgrades(Terminal& terminal, const Names& upgraded)
{
    if (!upgraded.empty()) terminal.say("upgrades, because what is new needs it: " + one::join(upgraded, ", "));
}

// Since it was planned somebody may have installed, started a guest or brought newer lists.
Result<> must_be_as_planned(const PackageWishes& wishes, World& world, const PackagePlan& plan,
                            const InstallPackages& change)
{
    TRY_LET(const auto upgraded, must_be_harmless(wishes, *world.host, change));
    if (!plan.not_offered_yet.empty()) {  // only now could it be rehearsed
        say_upgrades(*world.terminal, upgraded);
        return {};
    }
    if (upgraded == plan.upgraded) return {};
    return one::fail(
        cannot_install(ErrorKind::conflict, one::join(change.packages, ", "),
                       fmt::format("what it would upgrade besides changed since it was planned: {}, instead of {}",
                                   upgraded.empty() ? "nothing" : one::join(upgraded, ", "),
                                   plan.upgraded.empty() ? "nothing" : one::join(plan.upgraded, ", ")),
                       "run the same command again"));
}

InstallPackages whole(const PackagePlan& plan)
{
    auto install = plan.install;
    install.packages.insert(install.packages.end(), plan.not_offered_yet.begin(), plan.not_offered_yet.end());
    return install;
}

Result<> make(World& world, const PackageWishes& wishes, const PackagePlan& plan, Journal& journal)
{
    Host& host = *world.host;
    const auto show = [&world](const Step& one, const Change& planned) { world.terminal->show(one, planned); };
    const Plan added{.steps = {{.step = &step, .changes = plan.repository}}};
    const Plan installed{.steps = {{.step = &step, .changes = {whole(plan)}}}};
    if (!plan.repository.empty()) TRY(apply(added, host, journal, show));
    TRY(must_be_as_planned(wishes, world, plan, whole(plan)));
    TRY(apply(installed, host, journal, show));
    return {};
}

std::string sentence_of(const PackagePlan& plan, const Result<>& done)
{
    const std::string added = plan.repository.empty() ? "" : "added the repository that the front-end names, and ";
    return added + (done ? "installed what a node needs; leave will name it and let it stay"
                         : "could not install what a node needs");
}

}  // namespace

Changes PackagePlan::changes() const
{
    Changes all = repository;
    if (auto all_of_them = whole(*this); !all_of_them.packages.empty()) all.emplace_back(std::move(all_of_them));
    return all;
}

Result<PackagePlan> plan_packages(World& world, const PackageWishes& wishes)
{
    Host& host = *world.host;
    TRY_LET(const auto tool, tool_here(host, wishes.names));
    Result<> refreshed;
    if (!wishes.dry_run) {
        TRY(wait_for_others(world));
        refreshed = packages::refresh(host, tool);
        if (!refreshed)  // what it knows may be enough
            world.terminal->warn("package-lists", one::to_line(refreshed.error()), refreshed.error().next);
    }
    TRY_LET(auto plan, choose_packages(world, wishes, tool, refreshed));
    if (!plan.not_offered_yet.empty()) TRY(must_spare_guests(wishes, host, whole(plan), {}));
    if (!plan.install.packages.empty()) {
        TRY_LET(plan.upgraded, must_be_harmless(wishes, host, plan.install));
        say_upgrades(*world.terminal, plan.upgraded);
    }
    return plan;
}

Result<> carry_out(World& world, const PackageWishes& wishes, const PackagePlan& plan)
{
    Host& host = *world.host;
    TRY_LET(Journal journal, Journal::open(host, places::state_dir));
    const auto known = journal.entries().size();
    auto done = make(world, wishes, plan, journal);
    auto changes = changes_since(journal, known);  // also of what failed halfway
    if (!changes.empty())
        remember_or_log(host, places::state_dir,
                        {.kind = deeds::installed, .sentence = sentence_of(plan, done), .changes = std::move(changes)});
    return done;
}

Result<> install_packages(World& world, const PackageWishes& wishes)
{
    world.terminal->begin("packages");
    TRY_LET(const auto plan, plan_packages(world, wishes));
    const auto changes = plan.changes();
    if (changes.empty()) return {};
    if (!wishes.dry_run) return carry_out(world, wishes, plan);
    world.terminal->show(Plan{.steps = {{.step = &step, .changes = changes}}}, Facts{});
    return {};
}

}  // namespace onenode::cli
