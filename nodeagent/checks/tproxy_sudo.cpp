// What sudo grants for the transparent proxy's namespace beside what sudo-rules asks about (F126).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/sudo.hpp"
#include "nodeagent/vnm/proxy.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

// Before 6.10.1 the driver did without it, and OpenNebula granted nothing of it.
constexpr std::string_view in_namespace = "/var/tmp/one/vnm/ip_netns_exec";
constexpr std::array commands{"/var/tmp/one/vnm/tproxy", "/var/tmp/one/vnm/ip_netns_exec ip link show",
                              "/usr/sbin/ip netns delete one", "/usr/sbin/ip netns pids one"};

// `sudo -l` says nothing of the tag SETENV; and asking about a namespace that nobody has changes nothing.
Findings run_environment(const HostView& host)
{
    const auto asked = as_oneadmin(host, {"env", "NETNS=one_tproxy", "sudo", "-n", "--preserve-env=NETNS"},
                                   "/usr/sbin/ip netns pids one_tproxy");
    if (!asked) return not_checked(asked.error());
    if (asked->err.find("sudo") == std::string::npos) return {};  // ip itself says that there is none
    return {warning(fmt::format("sudo does not let oneadmin pass NETNS to the transparent proxy's namespace: {}",
                                complaint_of(*asked)),
                    "sudo -l -U oneadmin  # the last rule of `/usr/sbin/ip netns` needs NOPASSWD:SETENV:")};
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (context.joining) return {};  // it writes the rules itself
    if (vnm::network_conf(host).proxy.empty() || !host.stat(in_namespace)) return {};
    std::vector<std::string> refused;
    for (const auto* command : commands) {
        const auto answer = as_oneadmin(host, {"sudo", "-n", "-l"}, command);
        if (!answer) return not_checked(answer.error());
        if (!answer->ok()) refused.emplace_back(command);
    }
    if (refused.empty()) return run_environment(host);
    return {warning(fmt::format("sudo does not let oneadmin run {}", fmt::join(refused, ", ")), rules_of_oneadmin)};
}

}  // namespace

constinit const Check tproxy_sudo{
    .id = "tproxy-sudo",
    .title = "sudo lets oneadmin set up the transparent proxy",
    .run = run,
    .severity = Severity::warning,
    .covers = "F126",
    .explain = "Where the front-end set up the transparent proxy: whether sudo lets oneadmin run what sets it up, with "
               "`NETNS` passed along, as the rules of OpenNebula 6.10.1 and later do.",
    .without_it = "no guest starts on a bridge with the proxy: the driver's `ip_netns_exec` fails.",
    .mend = "`sudo -l -U oneadmin`, and the rule that comes last.",
};

}  // namespace onenode::checks
