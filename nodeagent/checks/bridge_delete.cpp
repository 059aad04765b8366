// OpenNebula's drivers remove a bridge with its last guest, unless they are told to keep it: one that carries this
// machine's own address takes the machine off the network (F105).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/network_conf.hpp"
#include "nodeagent/host/network.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

// Interfaces with an IPv4 route (first column) or a global IPv6 address (scope 00 in the fourth, name in the last).
bool carries_us(const HostView& host, const std::string& interface)
{
    for (const auto& line : one::split_lines(host.read("/proc/net/route").value_or("")))
        if (const auto words = one::split_words(line); !words.empty() && words.front() == interface) return true;
    for (const auto& line : one::split_lines(host.read("/proc/net/if_inet6").value_or("")))
        if (const auto words = one::split_words(line); words.size() > 5 && words[5] == interface && words[3] == "00")
            return true;
    return false;
}

std::vector<std::string> bridges_of_ours(const HostView& host)
{
    std::vector<std::string> found;
    for (const auto& name : host.list("/sys/class/net").value_or(std::vector<std::string>{}))
        if (!is_inner_interface(name) && host.stat(fmt::format("/sys/class/net/{}/bridge", name)) &&
            carries_us(host, name))
            found.push_back(name);
    return found;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto bridges = bridges_of_ours(host);
    if (bridges.empty()) return {};
    const auto conf = network_conf(host);
    const auto names = fmt::format("{}", fmt::join(bridges, ", "));
    if (!conf.there)
        return not_checked(fmt::format("{} carries this machine's address; whether drivers would remove it "
                                       "(keep_empty_bridge) is known once the front-end brought them",
                                       names));
    if (conf.keep_empty_bridge) return {};
    return {warning(fmt::format("{} carries this machine's address, and drivers remove it with the last guest of a "
                                "network that names it and a physical device",
                                names),
                    "sed -i 's/^:keep_empty_bridge:.*/:keep_empty_bridge: true/' "
                    "/var/lib/one/remotes/etc/vnm/OpenNebulaNetwork.conf && onehost sync --force  # on the front-end")};
}

}  // namespace

constinit const Check bridge_delete{"bridge-delete", "no driver removes the bridge that this machine lives on", run};

}  // namespace onenode::checks
