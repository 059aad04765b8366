// A full table of connections drops new ones, of guests and of this machine alike (F116).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

constexpr long long percent_full = 90;

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto count = number_in(host, "/proc/sys/net/netfilter/nf_conntrack_count");
    const auto most = number_in(host, "/proc/sys/net/netfilter/nf_conntrack_max");
    if (!count || !most || *most <= 0 || *count * 100 / *most < percent_full) return {};
    return {
        warning(fmt::format("the table of connections is {} % full ({} of {})", *count * 100 / *most, *count, *most),
                fmt::format("echo 'net.netfilter.nf_conntrack_max = {}' >/etc/sysctl.d/99-conntrack.conf && sysctl "
                            "--system",
                            *most * 4))};
}

}  // namespace

constinit const Check host_sysctls{"host-sysctls", "there is room for connections", run};

}  // namespace onenode::checks
