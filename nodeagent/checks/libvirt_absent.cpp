// A KVM or QEMU node runs its guests through libvirt.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/needed.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (is_libvirt_installed(host)) return {};
    return {missing(Severity::error, "libvirt is not installed", host, needed::libvirt(facts.identity.architecture))};
}

}  // namespace

constinit const Check libvirt_absent{
    .id = "libvirt-absent",
    .title = "libvirt is installed",
    .run = run,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F57",
    .explain = "Whether a libvirt daemon is installed.",
    .without_it = "`Error monitoring Host kvm1 (27): ` and nothing more: the first probe that asks libvirt ends all.",
    .mend = "install libvirt and QEMU.",
};

}  // namespace onenode::checks
