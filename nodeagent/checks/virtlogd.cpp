// libvirt starts no guest without the daemon that keeps its console's log (F70).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/repairs.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!facts.libvirt.problem.empty()) return not_checked("libvirt does not answer: see libvirt-down");
    if (!host.find_program("virtlogd") || qemu_setting(host, "stdio_handler") == "file") return {};
    if (host.stat("/run/libvirt/virtlogd-sock")) return {};
    return {warning("virtlogd does not listen, and libvirt starts no guest without it",
                    "systemctl unmask virtlogd.socket virtlogd.service && systemctl enable --now virtlogd.socket")};
}

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    return switch_on(host, {"virtlogd.socket"}, "libvirt starts no guest without it");
}

}  // namespace

constinit const Check virtlogd{
    .id = "virtlogd",
    .title = "the daemon of guests' logs listens",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F70",
    .explain = "Whether `virtlogd` listens, where it is installed and `qemu.conf` does not do without it.",
    .without_it = "`can't connect to virtlogd` when a VM starts.",
    .mend = "enable its socket.",
};

}  // namespace onenode::checks
