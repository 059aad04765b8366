// Security groups filter what crosses a bridge only where the kernel hands bridged frames to iptables (F109). The
// module comes by itself with the first rule; a sysctl that says no stays.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/kernel_modules.hpp"
#include "nodeagent/checks/reading.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (const auto file = forbids_module(host, "br_netfilter"); !file.empty())
        return {warning(
            fmt::format("{} forbids the module br_netfilter: security groups would filter nothing", file),
            fmt::format("sed -i -E '/^ *(blacklist|install) +br.netfilter/d' {} && modprobe br_netfilter", file))};
    for (const auto* name : {"bridge-nf-call-iptables", "bridge-nf-call-ip6tables"}) {
        if (number_in(host, fmt::format("/proc/sys/net/bridge/{}", name)) != 0) continue;
        return {
            warning(fmt::format("net.bridge.{} is 0: security groups filter nothing", name),
                    "printf '%s\\n' 'net.bridge.bridge-nf-call-iptables = 1' 'net.bridge.bridge-nf-call-ip6tables = 1' "
                    ">/etc/sysctl.d/99-bridge-nf-call.conf && sysctl --system")};
    }
    return {};
}

}  // namespace

constinit const Check br_netfilter{"br-netfilter", "security groups see what crosses a bridge", run};

}  // namespace onenode::checks
