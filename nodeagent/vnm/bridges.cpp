// From /sys/class/net, and from what OpenNebula says of each guest.
#include "nodeagent/vnm/bridges.hpp"

#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/vnm/guest_description.hpp"
#include "nodeagent/vnm/network_conf.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace onenode::vnm {
namespace {

constexpr std::string_view links = "/sys/class/net";
constexpr std::array drivers_with_proxy{"bridge", "fw", "802.1Q", "vxlan"};

using Names = std::vector<std::string>;

struct PortName {
    std::string guest{};
    std::string nic{};
};

// "one-12-0"
std::optional<PortName> guest_port(std::string_view name)
{
    if (!name.starts_with("one-")) return {};
    name.remove_prefix(4);
    const auto dash = name.find('-');
    if (dash == std::string_view::npos || !one::to_number<unsigned>(name.substr(0, dash)) ||
        !one::to_number<unsigned>(name.substr(dash + 1)))
        return {};
    return PortName{std::string{name.substr(0, dash)}, std::string{name.substr(dash + 1)}};
}

// Where this machine's copy of OpenNebula's drivers looks for a guest.
std::string datastores_of_drivers(const HostView& host)
{
    auto told = network_conf(host).datastores;
    return told.empty() ? std::string{oneadmin::datastores} : told;
}

GuestNic nic_of(const HostView& host, const std::string& datastores, const std::string& port, const PortName& name)
{
    GuestNic nic{.port = port};
    for (const auto& described : described_nics(host, datastores, name.guest).value_or(DescribedNics{})) {
        if (described.id != name.nic) continue;
        nic.known = true;
        nic.driver = described.driver;
        nic.network = described.network;
        nic.network_id = described.network_id;
    }
    return nic;
}

}  // namespace

std::vector<Bridge> bridges(const HostView& host)
{
    const auto datastores = datastores_of_drivers(host);
    std::vector<Bridge> found;
    for (const auto& name : host.list(links).value_or(Names{})) {
        if (!host.stat(fmt::format("{}/{}/bridge", links, name))) continue;
        Bridge bridge{.name = name, .ports = host.list(fmt::format("{}/{}/brif", links, name)).value_or(Names{})};
        for (const auto& port : bridge.ports)
            if (const auto guest = guest_port(port)) bridge.guests.push_back(nic_of(host, datastores, port, *guest));
        found.push_back(std::move(bridge));
    }
    return found;
}

bool serves_a_proxy(const std::string& driver)
{
    return std::ranges::find(drivers_with_proxy, driver) != drivers_with_proxy.end();
}

// Their ports are in no bridge of the kernel's, whatever carries them.
std::vector<std::string> networks_of_open_vswitch(const HostView& host)
{
    const auto datastores = datastores_of_drivers(host);
    Names found;
    for (const auto& name : host.list(links).value_or(Names{})) {
        const auto guest = guest_port(name);
        if (!guest) continue;
        const auto nic = nic_of(host, datastores, name, *guest);
        if (!nic.driver.starts_with("ovswitch")) continue;
        if (std::ranges::find(found, nic.network) == found.end()) found.push_back(nic.network);
    }
    return found;
}

}  // namespace onenode::vnm
