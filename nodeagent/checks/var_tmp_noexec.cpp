// Drivers are copied to /var/tmp/one and run there. Where that is forbidden, OpenNebula believes they are not there.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto system = host.file_system("/var/tmp/one");
    if (!system) return not_checked(system.error());
    if (!system->no_exec) return {};
    return {error("/var/tmp is mounted noexec, and OpenNebula runs its drivers there",
                  "mount -o remount,exec \"$(findmnt -n -o TARGET -T /var/tmp)\"  # and take noexec out of its line in "
                  "/etc/fstab")};
}

}  // namespace

constinit const Check var_tmp_noexec{
    .id = "var-tmp-noexec",
    .title = "programs may run in /var/tmp",
    .run = run,
    .covers = "F96",
    .explain =
        "Whether programs may run in `/var/tmp`, where OpenNebula copies its drivers; hardening guides forbid it.",
    .without_it = "`Remote worker node files not found`, again and again, though the files are there.",
    .mend = "remount with `exec`, and take `noexec` out of `/etc/fstab`.",
};

}  // namespace onenode::checks
