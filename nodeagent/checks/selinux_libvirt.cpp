// SELinux lets guests use disks that another machine serves only where a boolean says so (F68).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/checks/selinux.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr std::string_view home = "/var/lib/one";

struct Needed {
    std::string_view type;  // of file systems that begin so
    std::string_view boolean;
};

constexpr std::array table{
    Needed{"nfs", "virt_use_nfs"},
    Needed{"cifs", "virt_use_samba"},
    Needed{"smb3", "virt_use_samba"},
    Needed{"fuse", "virt_use_fusefs"},
};

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!selinux_enforces(host)) return {};
    const auto all = mounts(host);
    Findings findings;
    for (const auto& needed : table) {
        const auto mount = std::ranges::find_if(all, [&needed](const Mount& one) {
            return is_at_or_below(one.point, home) && one.type.starts_with(needed.type);
        });
        const bool told = std::ranges::any_of(
            findings, [&needed](const Finding& finding) { return finding.object == needed.boolean; });
        if (mount == all.end() || told || selinux_boolean(host, needed.boolean) != false) continue;
        findings.push_back(warning(fmt::format("SELinux keeps guests from disks under {} ({}): {} is off", mount->point,
                                               mount->type, needed.boolean),
                                   fmt::format("setsebool -P {} on", needed.boolean), std::string{needed.boolean}));
    }
    return findings;
}

}  // namespace

constinit const Check selinux_libvirt{
    .id = "selinux-libvirt",
    .title = "SELinux lets guests use the datastores",
    .run = run,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .families = "Red Hat, SUSE",
    .object = "<boolean>",
    .covers = "F68",
    .explain =
        "Whether SELinux lets guests use disks on the network file systems that are mounted under `/var/lib/one`.",
    .mend = "`setsebool -P`.",
};

}  // namespace onenode::checks
