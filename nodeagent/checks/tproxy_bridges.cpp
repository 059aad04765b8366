// The transparent proxy on the bridges of guests that run here: where it cannot work, what its entries come to, and
// whether nftables and the namespaces are as they should be (F108, F128, F129, F131, F132).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/vnm/repair.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace onenode::checks {
namespace {

constexpr const char* edit = "onehost sync --force  # on the front-end, after network.tproxy was set right";
constexpr const char* restore = "systemctl restart onenode";

bool is_asked_for(const HostView& host)
{
    return !vnm::network_conf(host).proxy.empty();
}

Findings run_entries(const Facts&, const HostView& host, const CheckContext&)
{
    const auto conf = vnm::network_conf(host);
    if (conf.odd)
        return not_checked(
            fmt::format("the entries of :tproxy: in {} are written otherwise than we read them", vnm::network_file),
            fmt::format("less {}", vnm::network_file));
    Findings findings;
    for (const auto& entry : conf.incomplete)
        findings.push_back(warning(
            fmt::format("OpenNebula passes over an entry of the transparent proxy that lacks service_port, remote_addr "
                        "or remote_port ({})",
                        entry.service_port.empty() ? "it has no service_port" : "service_port " + entry.service_port),
            edit, entry.service_port.empty() ? "incomplete" : entry.service_port));
    std::set<std::string> for_everybody;
    for (const auto& entry : conf.proxy) {
        if (!one::to_port(entry.service_port) || !one::to_port(entry.port))
            findings.push_back(warning(fmt::format("OpenNebula passes over the transparent proxy's entry {} to {}:{}: "
                                                   "its ports are no numbers",
                                                   entry.service_port, entry.address, entry.port),
                                       edit, entry.service_port));
        else if (for_everybody.contains(entry.service_port))
            findings.push_back(warning(fmt::format("the entry of port {} to {}:{} is never used: one for all networks "
                                                   "stands before it",
                                                   entry.service_port, entry.address, entry.port),
                                       edit, entry.service_port));
        if (entry.networks.empty()) for_everybody.insert(entry.service_port);
    }
    return findings;
}

Findings run_bridges(const Facts&, const HostView& host, const CheckContext&)
{
    if (!is_asked_for(host)) return {};
    Findings findings;
    for (const auto& bridge : vnm::bridges(host)) {
        const bool serves = std::ranges::any_of(
            bridge.guests, [](const auto& guest) { return !guest.known || vnm::serves_a_proxy(guest.driver); });
        if (!serves || vnm::can_work({.name = bridge.name})) continue;
        findings.push_back(error(
            bridge.name.size() > vnm::longest_bridge
                ? fmt::format("the name of bridge {} has {} characters, and with the transparent proxy it may have {}",
                              bridge.name, bridge.name.size(), vnm::longest_bridge)
                : fmt::format("the name of bridge {} is none that nftables takes", bridge.name),
            "onevnet update NETWORK  # on the front-end: another BRIDGE, while no guest uses it", bridge.name));
    }
    for (const auto& network : vnm::networks_of_open_vswitch(host))
        findings.push_back(warning(
            fmt::format("guests of network {} reach no OneGate at 169.254.16.9: Open vSwitch has no transparent "
                        "proxy",
                        network),
            "onevnet update NETWORK  # on the front-end: a driver with bridges, or guests that know OneGate's "
            "own address",
            network));
    return findings;
}

// What processes there are is another check's.
vnm::ProxyBridge as_if_it_ran(vnm::ProxyBridge bridge)
{
    bridge.pid = 1;
    return bridge;
}

Findings run_endpoints(const Facts&, const HostView& host, const CheckContext&)
{
    auto proxy = vnm::look_at_proxy(host);
    if (!proxy) return not_checked(proxy.error());
    proxy->pid = 1;
    Findings findings;
    for (const auto& bridge : proxy->bridges) {
        if (!vnm::can_work(bridge)) continue;
        const auto lacks = vnm::lacks_of(as_if_it_ran(bridge), *proxy);
        if (!lacks.empty())
            findings.push_back(
                warning(fmt::format("guests of bridge {} do not reach what the front-end wants them to: {}",
                                    bridge.name, one::join(lacks, "; ")),
                        restore, bridge.name));
        for (const int port : vnm::wanted_on(bridge, proxy->services).unclear)
            findings.push_back(warning(fmt::format("which entry of port {} is for bridge {} is not known here: "
                                                   "OpenNebula tells at the next start of a guest",
                                                   port, bridge.name),
                                       "onevm nic-detach VM NIC; onevm nic-attach VM ...  # on the front-end, or a "
                                       "power-cycle of one guest",
                                       bridge.name));
    }
    for (const int port : vnm::ports_in_conflict(*proxy))
        findings.push_back(
            warning(fmt::format("port {} of the transparent proxy leads to different places for networks "
                                "on this machine; its one process connects all of them to one place",
                                port),
                    edit, fmt::format("{}", port)));
    return findings;
}

Findings run_arp(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    for (const auto& name : host.list("/run/netns").value_or(std::vector<std::string>{})) {
        if (!name.starts_with(vnm::inner_prefix)) continue;
        const auto output = host.look(
            {.argv = {"nsenter", "--net=/run/netns/" + name, "sysctl", "-n", "net.ipv4.conf.all.arp_ignore"}});
        if (!output || !output->ok() || one::trim(output->out) == "0") continue;
        findings.push_back(
            warning(fmt::format("arp_ignore is {} in the namespace {}: guests of other subnets get no answer there",
                                one::trim(output->out), name),
                    fmt::format("nsenter --net=/run/netns/{} sysctl -w net.ipv4.conf.all.arp_ignore=0", name),
                    name.substr(vnm::inner_prefix.size())));
    }
    return findings;
}

}  // namespace

constinit const Check tproxy_entries{
    .id = "tproxy-entries",
    .title = "every entry of the transparent proxy counts",
    .run = run_entries,
    .severity = Severity::warning,
    .object = "<port>",
    .covers = "F131",
    .explain =
        "Whether OpenNebula passes over an entry of `:tproxy:` that the front-end brought here: one that lacks a "
        "key, whose ports are no numbers, or that stands below another one for the same port and all networks.",
    .without_it = "nothing: no message tells of it.",
    .mend = "the entry, on the front-end.",
};
constinit const Check tproxy_bridge{
    .id = "tproxy-bridge",
    .title = "the transparent proxy can work on the bridges of guests",
    .run = run_bridges,
    .object = "<bridge>",
    .covers = "F108, F126",
    .explain =
        "Where the front-end set up the transparent proxy: bridges with names longer than 14 characters, for its "
        "interfaces add a letter to them, and networks of Open vSwitch, which have none.",
    .without_it = "`Numerical result out of range` at the start of a guest; with Open vSwitch nothing.",
    .mend = "another name of the bridge, or another driver.",
};
constinit const Check tproxy_endpoints{
    .id = "tproxy-endpoints",
    .title = "the transparent proxy leads guests to where the front-end wants them",
    .run = run_endpoints,
    .severity = Severity::warning,
    .object = "<bridge>",
    .covers = "F128, F132",
    .explain = "For each bridge with guests of OpenNebula: whether nftables, the network namespace and the way into it "
               "are as the front-end's copy of the configuration has it. The agent keeps them so within a second; "
               "without it they come back with the next guest that starts on the bridge.",
    .without_it = "guests that run lose OneGate, or go on talking to an address that the front-end left.",
    .mend = "the agent does when it starts; what it says stands in `journalctl -u onenode`.",
};
constinit const Check tproxy_arp{
    .id = "tproxy-arp",
    .title = "the transparent proxy answers guests of every subnet",
    .run = run_arp,
    .severity = Severity::warning,
    .object = "<bridge>",
    .covers = "F129",
    .explain = "`arp_ignore` in the proxy's network namespaces, which older versions of OpenNebula inherit from the "
               "machine: with it, questions from other subnets stay without an answer.",
    .without_it = "guests in other subnets get no answer from 169.254.16.9.",
    .mend = "0 in the namespace.",
};

}  // namespace onenode::checks
