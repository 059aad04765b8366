// Security groups filter what crosses a bridge only where the kernel hands bridged frames to iptables (F109). The
// module comes by itself with the first rule; a sysctl that says no stays.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/kernel_modules.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/repairs.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

constexpr std::array settings{"bridge-nf-call-iptables", "bridge-nf-call-ip6tables"};

bool is_off(const HostView& host, const char* name)
{
    return number_in(host, fmt::format("/proc/sys/net/bridge/{}", name)) == 0;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (const auto file = forbids_module(host, "br_netfilter"); !file.empty())
        return {warning(
            fmt::format("{} forbids the module br_netfilter: security groups would filter nothing", file),
            fmt::format("sed -i -E '/^ *(blacklist|install) +br.netfilter/d' {} && modprobe br_netfilter", file))};
    for (const auto* name : settings) {
        if (!is_off(host, name)) continue;
        return {
            warning(fmt::format("net.bridge.{} is 0: security groups filter nothing", name),
                    "printf '%s\\n' 'net.bridge.bridge-nf-call-iptables = 1' 'net.bridge.bridge-nf-call-ip6tables = 1' "
                    ">/etc/sysctl.d/99-bridge-nf-call.conf && sysctl --system")};
    }
    return {};
}

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    std::vector<std::string> lines;
    for (const auto* name : settings)
        if (is_off(host, name)) lines.push_back(fmt::format("net.bridge.{} = 1", name));
    if (lines.empty()) return {};
    return {sysctl_drop_in("bridge-nf-call", lines, "security groups are rules of iptables")};
}

}  // namespace

constinit const Check br_netfilter{
    .id = "br-netfilter",
    .title = "security groups see what crosses a bridge",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F109",
    .explain =
        "Whether a setting or a file keeps the kernel from handing bridged frames to iptables "
        "(`bridge-nf-call-iptables` is 0, `br_netfilter` is forbidden). The module itself comes with the first rule.",
    .without_it = "security groups filter nothing, and nobody says so.",
    .mend = "sysctl.",
};

}  // namespace onenode::checks
