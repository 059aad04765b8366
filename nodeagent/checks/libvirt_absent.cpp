// A KVM or QEMU node runs its guests through libvirt.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (is_libvirt_installed(host)) return {};
    return {error("libvirt is not installed", install_libvirt(host, facts.identity.architecture))};
}

}  // namespace

constinit const Check libvirt_absent{"libvirt-absent", "libvirt is installed", run};

}  // namespace onenode::checks
