// A full table of connections drops new ones, of guests and of this machine alike (F116).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/repairs.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr long long percent_full = 90;
constexpr const char* most_connections = "/proc/sys/net/netfilter/nf_conntrack_max";

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto count = number_in(host, "/proc/sys/net/netfilter/nf_conntrack_count");
    const auto most = number_in(host, most_connections);
    if (!count || !most || *most <= 0 || *count * 100 / *most < percent_full) return {};
    return {
        warning(fmt::format("the table of connections is {} % full ({} of {})", *count * 100 / *most, *count, *most),
                fmt::format("echo 'net.netfilter.nf_conntrack_max = {}' >/etc/sysctl.d/99-conntrack.conf && sysctl "
                            "--system",
                            *most * 4))};
}

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    const auto most = number_in(host, most_connections);
    if (!most || *most <= 0) return {};
    return {sysctl_drop_in("conntrack", {fmt::format("net.netfilter.nf_conntrack_max = {}", *most * 4)},
                           "a full table drops new connections")};
}

}  // namespace

constinit const Check host_sysctls{
    .id = "host-sysctls",
    .title = "there is room for connections",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F116",
    .explain = "Whether the table of connections is nearly full (90 %).",
    .without_it =
        "new connections of guests and of OpenNebula are dropped (`nf_conntrack: table full, dropping packet`).",
    .mend = "a larger one.",
};

}  // namespace onenode::checks
