// Drivers run `sudo -n` for networks, volumes and mounts. A minimal Debian has no sudo.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/repairs.hpp"
#include "nodeagent/core/real_path.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto sudo = find_for_drivers(host, "sudo");
    if (!sudo) return {missing(Severity::error, "sudo is not installed", host, needed::sudo)};
    const auto real = real_path(host, *sudo);  // Ubuntu chooses between two sudos by /etc/alternatives
    const auto info = host.stat(real);
    if (info && (info->mode & S_ISUID) == 0)
        return {error(fmt::format("{} is not set-uid root (mode {:04o})", real, info->mode),
                      fmt::format("chmod u+s {}", real))};
    if (const auto system = host.file_system(real); system && system->no_suid)
        return {error(fmt::format("{} lies on a file system that is mounted nosuid", real),
                      fmt::format("mount -o remount,suid \"$(findmnt -n -o TARGET -T {})\"", real))};
    return {};
}

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    const auto sudo = find_for_drivers(host, "sudo");
    if (!sudo) return {};
    const auto real = real_path(host, *sudo);
    const auto info = host.stat(real);
    if (!info || info->kind != FileKind::file || info->uid != 0 || (info->mode & S_ISUID) != 0) return {};
    return {with_mode(real, *info, info->mode | S_ISUID, "sudo works only as root")};
}

}  // namespace

constinit const Check sudo_missing{
    .id = "sudo-missing",
    .title = "sudo is installed",
    .run = run,
    .fix = fix,
    .covers = "F42",
    .explain = "Whether sudo is installed, set-uid root, and on a file system that allows that.",
    .without_it = "the host is `on`, and the first VM with a network fails.",
    .mend = "install it, or give it its bit back.",
};

}  // namespace onenode::checks
