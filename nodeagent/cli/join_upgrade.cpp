// The front-end was upgraded, this machine's OpenNebula packages were not: the same hands as in a join, when a person says
// so. Never the agent's own doing: their scripts restart libvirt.
#include "nodeagent/cli/join.hpp"

#include "nodeagent/checks/needed.hpp"
#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/risks.hpp"

#include <fmt/format.h>

namespace onenode::cli {

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

Result<bool> upgrade_packages(const JoinOptions& options, World& world, Membership& member)
{
    if (options.install_packages && !member.installs_packages && !options.dry_run) {
        member.installs_packages = true;
        TRY(save_membership(*world.host, member));
    }
    auto wishes = upgrade_for(*world.host, member);
    if (wishes.names.empty() || (!options.install_packages && !member.installs_packages)) return false;
    wishes.may_restart_libvirt = risks::is_among(risks::restart_libvirt, options.accepted_risks);
    wishes.dry_run = options.dry_run;
    const auto before = packages::other_version(*world.host, wishes.opennebula);
    const auto done = install_packages(world, wishes);
    if (!done && options.install_packages) return one::fail(done.error());
    // What is here may be the newest that is offered.
    if (done) return packages::other_version(*world.host, wishes.opennebula) != before;
    world.terminal->warn("remotes-version",  // it was not what this command was given for
                         fmt::format("OpenNebula's packages stay as they are: {}", one::to_line(done.error())),
                         done.error().next);
    return false;
}

}  // namespace onenode::cli
