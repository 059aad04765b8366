// libvirtd and virtqemud side by side: which of them answers changes with the next restart.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!runs(host, "libvirtd") || !runs(host, "virtqemud")) return {};
    const std::string other = libvirt_daemon(host) == "libvirtd" ? "virtqemud" : "libvirtd";
    return {error("libvirtd and virtqemud both run, and only one of them may own the guests",
                  fmt::format("systemctl mask --now {0}.service {0}.socket {0}-ro.socket {0}-admin.socket", other))};
}

}  // namespace

constinit const Check libvirt_daemon_mode{
    .id = "libvirt-daemon-mode",
    .title = "one libvirt daemon, not two, owns the guests",
    .run = run,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F60",
    .explain = "Whether `libvirtd` and `virtqemud` run side by side. Which of them answers would change with the next "
               "restart, and guests would seem to vanish.",
    .without_it = "guests in state UNKNOWN or POWEROFF that run nevertheless, and a second start of them.",
    .mend = "mask the one that this distribution does not use.",
};

}  // namespace onenode::checks
