// Which entry counts on which bridge, and what follows; pure.
#include "nodeagent/vnm/proxy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace onenode::vnm {
namespace {

enum class Counts { yes, no, unknown };

Counts counts(const Service& service, const ProxyBridge& bridge)
{
    if (service.networks.empty()) return Counts::yes;
    const auto names = [&service](const std::string& name) {
        return !name.empty() && std::ranges::find(service.networks, name) != service.networks.end();
    };
    bool all_known = true;
    for (const auto& guest : bridge.guests) {
        if (guest.known && serves_a_proxy(guest.driver) && (names(guest.network) || names(guest.network_id)))
            return Counts::yes;
        all_known = all_known && guest.known;
    }
    return all_known ? Counts::no : Counts::unknown;
}

const Remote* there(const ProxyBridge& bridge, int port)
{
    if (!bridge.endpoints) return nullptr;
    const auto found = bridge.endpoints->find(port);
    return found != bridge.endpoints->end() ? &found->second : nullptr;
}

bool leads_to(const Service& service, const Remote& remote)
{
    return service.port == remote.port &&
           std::ranges::find(service.addresses, remote.address) != service.addresses.end();
}

/// Of those with one port: the first that counts; nullptr where none does.
const Service* chosen(const std::vector<const Service*>& candidates, const ProxyBridge& bridge, bool& unclear)
{
    const Remote* now = there(bridge, candidates.front()->service_port);
    for (const auto* service : candidates) {
        const Counts it = counts(*service, bridge);
        if (it == Counts::yes) return service;
        if (it == Counts::no || now == nullptr) continue;
        if (candidates.size() == 1 || leads_to(*service, *now)) return service;
        unclear = true;
        return nullptr;
    }
    return nullptr;
}

std::string where(const Endpoints& endpoints, int port)
{
    const auto found = endpoints.find(port);
    if (found == endpoints.end()) return "nowhere";
    return fmt::format("to {}:{}", found->second.address, found->second.port);
}

void compare(std::vector<std::string>& lacks, const Endpoints& now, const Endpoints& wanted)
{
    std::set<int> ports;
    for (const auto& [port, remote] : now)
        ports.insert(port);
    for (const auto& [port, remote] : wanted)
        ports.insert(port);
    for (const int port : ports)
        if (where(now, port) != where(wanted, port))
            lacks.push_back(fmt::format("port {} leads {} instead of {}", port, where(now, port), where(wanted, port)));
}

}  // namespace

Wanted wanted_on(const ProxyBridge& bridge, const std::vector<Service>& services)
{
    std::map<int, std::vector<const Service*>> by_port;
    for (const auto& service : services)
        by_port[service.service_port].push_back(&service);
    Wanted wanted;
    for (const auto& [port, candidates] : by_port) {
        const Remote* now = there(bridge, port);
        bool unclear = false;
        const Service* service = chosen(candidates, bridge, unclear);
        if (unclear) wanted.unclear.push_back(port);
        const bool stays = unclear || (service != nullptr &&
                                       (service->addresses.empty() || (now != nullptr && leads_to(*service, *now))));
        if (stays && now != nullptr) wanted.endpoints[port] = *now;
        if (!stays && service != nullptr) wanted.endpoints[port] = {service->addresses.front(), service->port};
    }
    return wanted;
}

std::vector<std::string> lacks_of(const ProxyBridge& bridge, const Proxy& proxy)
{
    const auto wanted = wanted_on(bridge, proxy.services).endpoints;
    std::vector<std::string> lacks;
    if (wanted.empty() && (!bridge.endpoints || bridge.endpoints->empty())) return lacks;
    if (!bridge.endpoints)
        lacks.emplace_back("nftables has forgotten where its services lead");
    else
        compare(lacks, *bridge.endpoints, wanted);
    if (wanted.empty()) return lacks;
    if (!bridge.has_namespace) lacks.emplace_back("its network namespace is not there");
    if (!bridge.has_port || bridge.way != Way::whole) lacks.emplace_back("the bridge has no way into the namespace");
    if (bridge.pid == 0) lacks.emplace_back("its process does not run");
    if (proxy.pid == 0) lacks.emplace_back("the process that connects to the services does not run");
    return lacks;
}

std::vector<int> ports_in_conflict(const Proxy& proxy)
{
    Endpoints first;
    std::vector<int> ports;
    for (const auto& bridge : proxy.bridges)
        for (const auto& [port, remote] : wanted_on(bridge, proxy.services).endpoints) {
            const auto [known, is_new] = first.emplace(port, remote);
            if (!is_new && known->second != remote && std::ranges::find(ports, port) == ports.end())
                ports.push_back(port);
        }
    return ports;
}

}  // namespace onenode::vnm
