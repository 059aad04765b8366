// A mount whose server is dead holds every probe that looks at it. Asked by a child that can be stopped (F120).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/core/gather.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr const char* home = "/var/lib/one";
constexpr const char* nobody = "65534";
constexpr std::chrono::seconds limit{3};

std::string mount_again(const Mount& mount)
{
    return fmt::format("umount -f -l {0} && mount {0}", mount.point);
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto datastores = datastores_of(facts, host);
    Findings findings;
    for (const auto& mount : mounts(host)) {
        const bool is_ours = is_at_or_below(mount.point, home) || is_at_or_below(mount.point, datastores);
        if (!is_ours || !is_remote(mount.type)) continue;
        const auto owner = host.look({.argv = {"stat", "-c", "%u", mount.point}, .limit = limit});
        if (!owner && owner.error().kind == ErrorKind::timeout)  // the next one may wait for the same server
            return {error(
                fmt::format("{} at {} does not answer: every probe that looks there hangs", mount.source, mount.point),
                mount_again(mount))};
        if (!owner) return not_checked(owner.error());
        if (!owner->ok())
            findings.push_back(
                error(fmt::format("{} at {} cannot be used: {}", mount.source, mount.point, complaint_of(*owner)),
                      mount_again(mount)));
        else if (one::trim(owner->out) == nobody)
            findings.push_back(
                warning(fmt::format("files of {} at {} belong to nobody here: the server's names of users are not ours",
                                    mount.source, mount.point),
                        "grep -i '^ *Domain' /etc/idmapd.conf && nfsidmap -c  # the same Domain as on the server"));
    }
    return findings;
}

}  // namespace

constinit const Check nfs_stale{
    .id = "nfs-stale",
    .title = "servers of datastores answer",
    .run = run,
    .covers = "F120",
    .explain =
        "Whether network file systems below `/var/lib/one` and the place of the datastores answer, asked by a child "
        "with a limit, and know our users (a warning where all belongs to nobody).",
    .without_it = "probes hang in `df`.",
    .mend = "mount it again.",
};

}  // namespace onenode::checks
