// From /sys/class/net, and from the vm.xml that OpenNebula leaves beside each guest's disks.
#include "nodeagent/vnm/bridges.hpp"

#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/vnm/network_conf.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

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

pugi::xml_document description(const HostView& host, const std::string& guest)
{
    const auto datastores = datastores_of_drivers(host);
    pugi::xml_document document;
    for (const auto& datastore : host.list(datastores).value_or(Names{})) {
        if (!one::to_number<unsigned>(datastore)) continue;
        const auto text = host.read(fmt::format("{}/{}/{}/vm.xml", datastores, datastore, guest));
        if (text && document.load_string(text->c_str())) return document;
    }
    document.reset();
    return document;
}

GuestNic nic_of(const HostView& host, const std::string& port, const PortName& name)
{
    GuestNic nic{.port = port};
    const auto document = description(host, name.guest);
    for (const auto node : document.child("VM").child("TEMPLATE").children("NIC")) {
        if (one::trim(node.child_value("NIC_ID")) != name.nic) continue;
        nic.known = true;
        nic.driver = one::trim(node.child_value("VN_MAD"));
        nic.network = one::trim(node.child_value("NETWORK"));
        nic.network_id = one::trim(node.child_value("NETWORK_ID"));
    }
    return nic;
}

}  // namespace

std::vector<Bridge> bridges(const HostView& host)
{
    std::vector<Bridge> found;
    for (const auto& name : host.list(links).value_or(Names{})) {
        if (!host.stat(fmt::format("{}/{}/bridge", links, name))) continue;
        Bridge bridge{.name = name, .ports = host.list(fmt::format("{}/{}/brif", links, name)).value_or(Names{})};
        for (const auto& port : bridge.ports)
            if (const auto guest = guest_port(port)) bridge.guests.push_back(nic_of(host, port, *guest));
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
    Names found;
    for (const auto& name : host.list(links).value_or(Names{})) {
        const auto guest = guest_port(name);
        if (!guest) continue;
        const auto nic = nic_of(host, name, *guest);
        if (!nic.driver.starts_with("ovswitch")) continue;
        if (std::ranges::find(found, nic.network) == found.end()) found.push_back(nic.network);
    }
    return found;
}

}  // namespace onenode::vnm
