// Another manager of guests on this machine takes libvirt, KVM or the network for itself (F146).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

struct Other {
    std::string_view name;
    std::string_view path;     // there while it is in use
    std::string_view program;  // or runs
    std::string_view fix;
};

constexpr std::array others{
    Other{"VirtualBox", "/sys/module/vboxdrv", "", "apt purge virtualbox  # and: modprobe -r vboxdrv"},
    Other{"VMware", "/sys/module/vmmon", "", "vmware-installer --uninstall-product vmware-workstation"},
    Other{"Xen", "", "xenstored", "boot the kernel without Xen"},
    Other{"Proxmox", "/etc/pve/local", "pvedaemon", "join another machine: Proxmox manages this one's guests"},
    Other{"oVirt", "", "vdsmd", "remove this machine from oVirt, which holds libvirt"},
    Other{"Kubernetes", "", "kubelet",
          "kubectl drain NODE && kubectl delete node NODE  # and: systemctl disable --now kubelet"},
    Other{"Incus", "", "incusd", "incus list  # its guests are not known to OpenNebula"},
};

bool is_running(const std::vector<Process>& processes, std::string_view program)
{
    if (program.empty()) return false;
    return std::ranges::any_of(processes, [program](const Process& process) {
        const auto words = std::min<std::size_t>(process.argv.size(), 2);
        return std::any_of(process.argv.begin(), process.argv.begin() + static_cast<std::ptrdiff_t>(words),
                           [program](std::string_view word) { return word.substr(word.rfind('/') + 1) == program; });
    });
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    Findings findings;
    for (const auto& other : others) {
        const bool there = !other.path.empty() && host.stat(other.path).has_value();
        if (!there && !is_running(processes, other.program)) continue;
        findings.push_back(warning(
            fmt::format("{} is in use on this machine, and shares nothing with OpenNebula's guests", other.name),
            std::string{other.fix}, one::to_lower(other.name)));
    }
    return findings;
}

}  // namespace

constinit const Check other_hypervisor{
    .id = "other-hypervisor",
    .title = "nobody else manages guests here",
    .run = run,
    .severity = Severity::warning,
    .object = "<name>",
    .covers = "F146",
    .explain = "Whether VirtualBox, VMware, Xen, Proxmox, oVirt, Kubernetes or Incus are in use on this machine.",
    .without_it = "guests of both compete for memory and `/dev/kvm`, and OpenNebula gives away what is not free.",
    .mend = "choose one of them.",
};

}  // namespace onenode::checks
