// The commands are OpenNebula's interface to its own proxy: names of tables, maps, chains and interfaces are its.
#include "nodeagent/vnm/repair.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::vnm {
namespace {

constexpr const char* nft = "/usr/sbin/nft";
constexpr const char* ip = "/usr/sbin/ip";
constexpr const char* guests_address = "169.254.16.9";

std::string map_script(const std::string& bridge, const Endpoints& endpoints)
{
    const auto map = fmt::format("ip {} ep_{}", proxy_table, bridge);
    auto text = fmt::format("add table ip {}\nadd map {} {{ type inet_service : ipv4_addr . inet_service; }}\n"
                            "flush map {}\n",
                            proxy_table, map, map);
    for (const auto& [port, remote] : endpoints)
        text += fmt::format("add element {} {{ {} : {} . {} }}\n", map, port, remote.address, remote.port);
    return text;
}

// The nearest machine answers for the address: questions do not leave this one.
std::string arp_script(const std::string& bridge)
{
    const auto chain = fmt::format("bridge {} ch_{}", proxy_table, bridge);
    return fmt::format("add table bridge {}\nadd chain {} {{ type filter hook forward priority filter; policy accept; "
                       "}}\nflush chain {}\nadd rule {} meta ibrname \"{}\" oifname != \"{}b\" arp operation request "
                       "arp daddr ip {} drop\n",
                       proxy_table, chain, chain, chain, bridge, bridge, guests_address);
}

// Our unit has mounts of its own, where a name of a network namespace is not what it is for everybody.
Command in_the_machines_mounts(std::vector<std::string> argv)
{
    argv.insert(argv.begin(), {"nsenter", "--target", "1", "--mount", "--", ip});
    return {.argv = std::move(argv)};
}

void make_way(std::vector<Command>& commands, const std::string& bridge, const std::string& space)
{
    const auto inside = bridge + "a";
    const auto add = [&commands](std::vector<std::string> words) {
        commands.push_back(in_the_machines_mounts(std::move(words)));
    };
    add({"link", "add", bridge + "b", "type", "veth", "peer", "name", inside});
    add({"netns", "exec", space, "sysctl", "-q", "-w", "net.ipv4.conf.all.arp_ignore=0",
         "net.ipv4.conf.default.arp_ignore=0"});
    add({"link", "set", inside, "netns", space});
    add({"-n", space, "address", "replace", fmt::format("{}/32", guests_address), "dev", inside});
    add({"-n", space, "link", "set", "dev", inside, "up"});
    add({"-n", space, "route", "replace", "default", "dev", inside});
}

// The process keeps the namespace, and guests know its interface by its address: they notice nothing.
bool has_lost_its_name(const ProxyBridge& bridge)
{
    return !bridge.has_namespace && bridge.way == Way::whole && bridge.pid != 0;
}

void make_namespace(std::vector<Command>& commands, const ProxyBridge& bridge)
{
    const auto space = fmt::format("{}{}", inner_prefix, bridge.name);
    const auto outside = bridge.name + "b";
    if (has_lost_its_name(bridge))
        commands.push_back(in_the_machines_mounts({"netns", "attach", space, std::to_string(bridge.pid)}));
    const bool is_whole = bridge.way == Way::whole && (bridge.has_namespace || has_lost_its_name(bridge));
    if (!is_whole && bridge.way != Way::none) commands.push_back({.argv = {ip, "link", "delete", outside}});
    if (!bridge.has_namespace && !is_whole) commands.push_back(in_the_machines_mounts({"netns", "add", space}));
    if (!is_whole) make_way(commands, bridge.name, space);
    if (!is_whole || !bridge.has_port)
        commands.push_back({.argv = {ip, "link", "set", "dev", outside, "master", bridge.name, "up"}});
}

// What it connects to, and the namespace that it listens in, a process takes up when it starts.
bool must_restart(const Proxy& proxy, const Endpoints& targets)
{
    if (proxy.pid == 0) return false;
    for (const auto& [port, remote] : targets_of(proxy)) {
        const auto known = targets.find(port);
        if (known != targets.end() && known->second != remote) return true;
    }
    return std::ranges::any_of(proxy.bridges, [](const ProxyBridge& bridge) {
        return bridge.pid != 0 && !bridge.has_namespace && !has_lost_its_name(bridge);
    });
}

Order order_for(const Proxy& proxy, const Endpoints& targets, bool changed)
{
    if (must_restart(proxy, targets)) return Order::restart;
    if (!runs(proxy)) return Order::start;
    return changed ? Order::reload : Order::none;
}

bool holds_all(const Endpoints& targets, const Endpoints& wanted)
{
    return std::ranges::all_of(wanted, [&targets](const auto& endpoint) { return targets.contains(endpoint.first); });
}

}  // namespace

bool can_work(const ProxyBridge& bridge)
{
    return bridge.name.size() <= longest_bridge && one::consists_of(bridge.name, "_.-");
}

bool runs(const Proxy& proxy)
{
    return targets_of(proxy).empty() ||
           (proxy.pid != 0 && std::ranges::all_of(proxy.bridges, [&proxy](const ProxyBridge& bridge) {
                return bridge.pid != 0 || !can_work(bridge) || wanted_on(bridge, proxy.services).endpoints.empty();
            }));
}

Endpoints targets_of(const Proxy& proxy)
{
    Endpoints targets;  // the last bridge wins, as in the process
    for (const auto& bridge : proxy.bridges)
        for (const auto& [port, remote] : wanted_on(bridge, proxy.services).endpoints)
            targets.insert_or_assign(port, remote);
    return targets;
}

Repair repair_of(const Proxy& proxy, const Endpoints& targets)
{
    Repair repair;
    bool changed = false;
    for (const auto& bridge : proxy.bridges) {
        if (!can_work(bridge)) continue;
        for (const auto& lack : lacks_of(bridge, proxy))
            repair.why.push_back(fmt::format("{}: {}", bridge.name, lack));
        const auto wanted = wanted_on(bridge, proxy.services).endpoints;
        if (!wanted.empty()) {
            make_namespace(repair.commands, bridge);
            if (!bridge.arp_kept)
                repair.best_effort.push_back({.argv = {nft, "-f", "-"}, .input = arp_script(bridge.name)});
        }
        if (bridge.endpoints.value_or(Endpoints{}) == wanted) continue;
        repair.commands.push_back({.argv = {nft, "-f", "-"}, .input = map_script(bridge.name, wanted)});
        changed = changed || bridge.endpoints.has_value() || !holds_all(targets, wanted);
    }
    repair.order = order_for(proxy, targets, changed);
    if (repair.order == Order::restart && repair.why.empty())
        repair.why.emplace_back("the process connects to where a service was before");
    return repair;
}

}  // namespace onenode::vnm
