// SSH from the front-end and from node to node, live migration, consoles, monitoring's way out. Nobody else gets in.
//
// Not here: what a machine's owner chooses (storage, VXLAN, the ports of guests).
#include "nodeagent/steps/openings.hpp"

#include "common/text/address.hpp"
#include "nodeagent/steps/distinct.hpp"

namespace onenode::steps {
namespace {

using firewall::Opening;
using firewall::Openings;
using firewall::Way;

constexpr int ssh = 22;
constexpr int first_migration = 49152;  // libvirt's range
constexpr int last_migration = 49215;
constexpr int first_console = 5900;  // plus the VM's number
constexpr int last_console = 65535;

void take(Distinct& addresses, const std::string& address)
{
    if (one::is_address(address)) addresses.add(address);
}

void need(Openings& openings, Opening opening)
{
    if (!opening.peers.empty()) openings.push_back(std::move(opening));
}

}  // namespace

Openings openings_for(const one::wire::DesiredState& desired)
{
    Distinct of_front_end;
    for (const auto& address : desired.frontend_addresses)
        take(of_front_end, address);
    Distinct of_all = of_front_end;
    Distinct of_nodes;
    for (const auto& peer : desired.peers) {
        if (peer.name == desired.node_name) continue;
        take(of_nodes, peer.address);
        take(of_all, peer.address);
    }
    const auto front_end = std::move(of_front_end).take();
    const auto nodes = std::move(of_nodes).take();
    const auto all = std::move(of_all).take();
    auto monitor = front_end;  // unless it is an address: "auto" and a name are where the front-end is
    if (one::is_address(desired.monitor_address)) monitor = {desired.monitor_address};

    Openings openings;
    need(openings, {.first_port = ssh, .last_port = ssh, .peers = all});
    if (desired.type != "lxc")
        need(openings, {.first_port = first_migration, .last_port = last_migration, .peers = nodes});
    need(openings, {.first_port = first_console, .last_port = last_console, .peers = front_end});
    need(openings, {.way = Way::out, .first_port = ssh, .last_port = ssh, .peers = all});
    if (desired.type != "lxc")
        need(openings, {.way = Way::out, .first_port = first_migration, .last_port = last_migration, .peers = nodes});
    for (const auto* protocol : {"tcp", "udp"})
        need(openings, {.way = Way::out,
                        .protocol = protocol,
                        .first_port = desired.monitor_port,
                        .last_port = desired.monitor_port,
                        .peers = monitor});
    return openings;
}

}  // namespace onenode::steps
