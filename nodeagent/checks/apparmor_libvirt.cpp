// libvirt's AppArmor profile knows the disks that a guest starts with, not what backs them elsewhere (F67).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/steps/guests.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    const auto now = seen(facts, host);
    if (steps::want_datastores_in_profile(now).empty()) return {};
    if (context.joining) return left_to_join();
    return {warning(
        fmt::format("AppArmor does not let guests use all of {}: snapshots and disks with a backing file may be denied",
                    now.datastores),
        fmt::format(
            "mkdir -p /etc/apparmor.d/local/abstractions && echo '{}/** rwk,' >>{} && systemctl reload apparmor",
            now.datastores, steps::profile_addition))};
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    return steps::want_datastores_in_profile(seen(facts, host));
}

}  // namespace

constinit const Check apparmor_libvirt{
    .id = "apparmor-libvirt",
    .title = "AppArmor lets guests use the datastores",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .families = "Debian, SUSE",
    .covers = "F67",
    .explain = "Whether AppArmor lets guests use all of the datastores' directory, where a link leads included.",
    .without_it = "`Permission denied` on snapshots and disks with a backing file, though the owner is right.",
    .mend = "one line in a local addition.",
};

}  // namespace onenode::checks
