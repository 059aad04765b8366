// --install-packages: after the front-end is known to be the right one, for its version counts, and before the token is
// spent. It waits for others, asks nobody, removes nothing, and takes no libvirt from under running guests.
#include "nodeagent/cli/join.hpp"

#include "common/text/duration.hpp"
#include "common/text/words.hpp"
#include "nodeagent/checks/packages.hpp"
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

constexpr Step step{.id = "packages", .title = "what a node needs is installed", .reads = {}, .plan = nullptr};
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

bool runs_guests(const HostView& host)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    return std::ranges::any_of(processes, [](const Process& process) {
        if (process.argv.empty()) return false;
        const std::string_view program = process.argv.front();
        const auto name = program.substr(program.rfind('/') + 1);
        return name.starts_with("qemu-system-") || name.starts_with("qemu-kvm") || program.starts_with("[lxc monitor]");
    });
}

bool begins_with_any(std::string_view name, std::span<const std::string_view> prefixes)
{
    return std::ranges::any_of(prefixes, [name](std::string_view prefix) { return name.starts_with(prefix); });
}

Result<> must_leave_guests_alone(const JoinOptions& options, const HostView& host, const InstallPackages& change,
                                 const Names& upgraded)
{
    Names touching;
    for (const auto& name : upgraded)
        if (begins_with_any(name, under_guests)) touching.push_back(name);
    for (const auto& package : change.packages)
        if (package.starts_with("opennebula-node-")) touching.push_back(package.substr(0, package.find('=')));
    const auto is_of_libvirt = [](const std::string& name) { return begins_with_any(name, under_libvirt); };
    const auto& accepted = options.accepted_risks;
    if (std::ranges::find(accepted, risks::restart_libvirt) != accepted.end()) std::erase_if(touching, is_of_libvirt);
    if (touching.empty() || !runs_guests(host)) return {};
    const auto by_hand = fmt::format("install it when that suits them ({} install {}), then run the same command again",
                                     change.tool, one::join(touching, " "));
    return one::fail(cannot_install(
        ErrorKind::conflict, one::join(change.packages, ", "),
        fmt::format("{} would restart what the virtual machines hang on that run here", one::join(touching, ", ")),
        std::ranges::all_of(touching, is_of_libvirt)
            ? fmt::format("{}; or let it restart libvirt under them: --accept-risk={}", by_hand, risks::restart_libvirt)
            : by_hand));
}

Result<> must_be_harmless(const JoinOptions& options, World& world, const InstallPackages& change)
{
    TRY_LET(const auto effects, packages::effects_of(*world.host, change));
    if (!effects.removed.empty())
        return one::fail(cannot_install(ErrorKind::conflict, one::join(change.packages, ", "),
                                        fmt::format("it would remove {}", one::join(effects.removed, ", ")),
                                        "decide by hand what has to go: " + packages::command_line(change) +
                                            "; then run the same command again"));
    TRY(must_leave_guests_alone(options, *world.host, change, effects.upgraded));
    if (!effects.upgraded.empty())
        world.terminal->say("upgrades, because what is new needs it: " + one::join(effects.upgraded, ", "));
    return {};
}

}  // namespace

Result<> install_packages(const JoinOptions& options, World& world, const Names& packages,
                          const std::string& opennebula)
{
    world.terminal->begin("packages");
    Host& host = *world.host;
    TRY_LET(const auto tool, tool_here(host, packages));
    if (!options.dry_run) {
        TRY(wait_for_others(world));
        if (const auto fresh = packages::refresh(host, tool); !fresh)  // what it knows may be enough
            world.terminal->warn("package-lists", one::to_line(fresh.error()), fresh.error().next);
    }
    TRY_LET(InstallPackages change, choose_packages(world, tool, packages, opennebula));
    if (change.packages.empty()) return {};
    TRY(must_be_harmless(options, world, change));
    const Plan plan{.steps = {{.step = &step, .changes = {change}}}};
    if (options.dry_run) {
        world.terminal->show(plan, Facts{});
        return {};
    }
    TRY_LET(Journal journal, Journal::open(host, places::state_dir));
    const auto known = journal.entries().size();
    TRY(apply(plan, host, journal,
              [&world](const Step& one, const Change& planned) { world.terminal->show(one, planned); }));
    remember_or_log(host, places::state_dir,
                    {.kind = deeds::installed,
                     .sentence = "installed what a node needs; leave will name it and let it stay",
                     .changes = changes_since(journal, known)});
    return {};
}

}  // namespace onenode::cli
