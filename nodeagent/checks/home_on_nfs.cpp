// Where another machine serves the home, root may not write in it (root_squash), and nodes overwrite each other's
// known_hosts (F08).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/core/selinux.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto system = host.file_system(oneadmin::home);
    if (!system) return not_checked(system.error());
    if (!is_remote(system->type)) return {};
    const auto is_readable = selinux::boolean(host, "use_nfs_home_dirs");
    if (system->type == "nfs" && selinux::enforces_now(host) && is_readable && !*is_readable)
        return {error(fmt::format("{} is on NFS, and SELinux lets sshd read no keys there", oneadmin::home),
                      "setsebool -P use_nfs_home_dirs on")};
    return {warning(
        fmt::format("{} is served by another machine ({}): root may not be let write the front-end's keys, and nodes "
                    "that share it overwrite each other's known_hosts",
                    oneadmin::home, system->type),
        fmt::format("findmnt -T {0}  # give this node a {0} of its own; share {0}/datastores alone", oneadmin::home))};
}

}  // namespace

constinit const Check home_on_nfs{
    .id = "home-on-nfs",
    .title = "oneadmin's home is this machine's own",
    .run = run,
    .severity = Severity::warning,
    .covers = "F08",
    .explain =
        "Whether oneadmin's home is on this machine's own disk. Served by another one (NFS, CIFS, Ceph), root may not "
        "be let write the keys, and nodes that share it overwrite each other's `known_hosts`. A warning; an error "
        "where SELinux keeps sshd from reading keys on NFS (`use_nfs_home_dirs`). Shared datastores below it are fine.",
    .without_it = "`Permission denied (publickey)`, or a `Host key verification failed` that comes and goes.",
    .mend = "a home of its own, or the boolean.",
};

}  // namespace onenode::checks
