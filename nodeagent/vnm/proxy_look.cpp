// What is on this machine of the transparent proxy.
#include "nodeagent/vnm/proxy.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

namespace onenode::vnm {
namespace {

std::vector<std::string> ipv4_of(const std::string& address, const HostView& host)
{
    if (is_ipv4(address)) return {address};
    auto addresses = host.resolve(address).value_or(std::vector<std::string>{});
    std::erase_if(addresses, [](const std::string& each) { return !is_ipv4(each); });
    return addresses;
}

int pid_of(const std::vector<Process>& processes, std::string_view title)
{
    const auto found = std::ranges::find_if(processes, [title](const Process& process) {
        return process.uid == 0 && !process.argv.empty() && one::trim(process.argv.front()) == title;
    });
    return found != processes.end() ? found->pid : 0;
}

// OpenNebula's driver, or we, made something of it before.
bool has_traces(const ProxyBridge& bridge)
{
    return bridge.has_namespace || bridge.way != Way::none || bridge.endpoints.has_value();
}

// A guest of which nothing is known may be of a driver without a proxy: then only what is there already tells.
bool is_served(const ProxyBridge& bridge)
{
    return std::ranges::any_of(bridge.guests, [&bridge](const GuestNic& guest) {
        return guest.known ? serves_a_proxy(guest.driver) : has_traces(bridge);
    });
}

Way way_of(const std::string& bridge, const HostView& host)
{
    const auto is_here = [&](char end) {
        return host.stat(fmt::format("/sys/class/net/{}{}", bridge, end)).has_value();
    };
    if (!is_here('b')) return Way::none;
    return is_here('a') ? Way::half : Way::whole;
}

ProxyBridge proxy_of(const Bridge& bridge, const Ruleset& rules, const std::vector<Process>& processes,
                     const HostView& host)
{
    const auto title = fmt::format("{}{}", inner_prefix, bridge.name);
    ProxyBridge proxy{.name = bridge.name,
                      .guests = bridge.guests,
                      .has_namespace = host.stat("/run/netns/" + title).has_value(),
                      .way = way_of(bridge.name, host),
                      .has_port = std::ranges::find(bridge.ports, bridge.name + "b") != bridge.ports.end(),
                      .arp_kept = rules.arp_kept.contains(bridge.name),
                      .pid = pid_of(processes, title)};
    if (const auto found = rules.endpoints.find(bridge.name); found != rules.endpoints.end())
        proxy.endpoints = found->second;
    return proxy;
}

}  // namespace

bool is_ipv4(const std::string& text)
{
    in_addr bytes{};
    return ::inet_pton(AF_INET, text.c_str(), &bytes) == 1;
}

std::vector<Service> services_of(const NetworkConf& conf, const HostView& host)
{
    std::vector<Service> services;
    for (const auto& entry : conf.proxy) {
        Service service{.service_port = one::to_port(entry.service_port).value_or(0),
                        .port = one::to_port(entry.port).value_or(0),
                        .address = entry.address,
                        .networks = entry.networks};
        if (service.service_port == 0 || service.port == 0) continue;
        service.addresses = ipv4_of(entry.address, host);
        services.push_back(std::move(service));
    }
    return services;
}

Result<Proxy> look_at_proxy(const HostView& host)
{
    const auto conf = network_conf(host);
    Proxy proxy{.odd = conf.odd};
    if (conf.proxy.empty() || conf.odd) return proxy;
    auto all = bridges(host);
    std::erase_if(all, [](const Bridge& bridge) { return bridge.guests.empty(); });
    if (all.empty()) return proxy;
    TRY_LET(const auto rules, ruleset(host));
    TRY_LET(const auto processes, host.processes());
    for (const auto& bridge : all)
        if (auto found = proxy_of(bridge, rules, processes, host); is_served(found))
            proxy.bridges.push_back(std::move(found));
    if (proxy.bridges.empty()) return proxy;
    proxy.services = services_of(conf, host);  // a name server may take its time: only where somebody needs it
    proxy.pid = pid_of(processes, outer_title);
    return proxy;
}

}  // namespace onenode::vnm
