// The front-end was upgraded, this machine's OpenNebula packages were not: the same hands as in a join, when a person says
// so. Never the agent's own doing: their scripts restart libvirt.
#include "nodeagent/cli/join.hpp"

#include "nodeagent/checks/needed.hpp"
#include "nodeagent/core/journal.hpp"
#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

namespace onenode::cli {
namespace {

std::size_t entries_of(const HostView& host)
{
    const auto entries = Journal::read(host, places::state_dir);
    return entries ? entries->size() : 0;
}

// A finished install of what was here already changed nothing; one that broke off may have.
bool was_changed(const HostView& host, std::size_t known, bool finished)
{
    const auto entries = Journal::read(host, places::state_dir).value_or(std::vector<Entry>{});
    return std::any_of(entries.begin() + static_cast<std::ptrdiff_t>(std::min(known, entries.size())), entries.end(),
                       [finished](const Entry& entry) {
                           const bool installs = std::holds_alternative<InstallPackages>(entry.change);
                           return !entry.undone && !(finished && installs);
                       });
}

}  // namespace

PackageWishes upgrade_for(const HostView& host, const Membership& member)
{
    const auto& desired = member.desired;
    PackageWishes wishes{.opennebula = desired.opennebula, .repository = desired.repository};
    const auto tool = packages::tool_of(host);
    const auto other = packages::other_version(host, desired.opennebula);
    if (!tool || !other || other->newer_here) return wishes;
    const auto names = checks::names_of(host, checks::needed::node_package(desired.type));
    if (const auto there = packages::installed(host, *tool, names)) wishes.names = *there;
    return wishes;
}

Result<Upgrade> upgrade_packages(const JoinOptions& options, World& world, Membership& member)
{
    if (options.install_packages && !member.installs_packages && !options.dry_run) {
        member.installs_packages = true;
        TRY(save_membership(*world.host, member));
    }
    auto wishes = upgrade_for(*world.host, member);
    if (wishes.names.empty() || (!options.install_packages && !member.installs_packages)) return Upgrade::none;
    wishes.may_restart_libvirt = risks::is_among(risks::restart_libvirt, options.accepted_risks);
    wishes.dry_run = options.dry_run;
    const auto before = packages::other_version(*world.host, wishes.opennebula);
    const auto known = entries_of(*world.host);
    const auto done = install_packages(world, wishes);
    if (!done && options.install_packages) return one::fail(done.error());
    const auto besides = was_changed(*world.host, known, done.has_value()) ? Upgrade::something : Upgrade::none;
    // What is here may be the newest that is offered.
    if (done) return packages::other_version(*world.host, wishes.opennebula) != before ? Upgrade::version : besides;
    world.terminal->warn("remotes-version",  // it was not what this command was given for
                         fmt::format("OpenNebula's packages stay as they are: {}", one::to_line(done.error())),
                         done.error().next);
    return besides;
}

}  // namespace onenode::cli
