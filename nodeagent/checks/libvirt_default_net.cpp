// libvirt's default network lies in 192.168.122.0/24, on every machine alike: on a site that uses it, routes clash (F73).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>
#include <pugixml.hpp>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr const char* definition = "/etc/libvirt/qemu/networks/default.xml";
constexpr const char* usual_bridge = "virbr0";

// "192.168.122." where the network is a /24, as libvirt's own is; empty for others.
std::string prefix_of(const HostView& host, std::string& bridge)
{
    const auto text = host.read(definition);
    if (!text) return {};
    pugi::xml_document document;
    if (!document.load_buffer(text->data(), text->size())) return {};
    const auto network = document.child("network");
    const std::string name = network.child("bridge").attribute("name").value();
    if (!name.empty()) bridge = name;
    const auto ip = network.child("ip");
    const std::string address = ip.attribute("address").value();
    const std::string_view mask = ip.attribute("netmask").value();
    if (mask != "255.255.255.0" || address.find('.') == std::string::npos) return {};
    return address.substr(0, address.rfind('.') + 1);
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    std::string bridge = usual_bridge;
    const auto prefix = prefix_of(host, bridge);
    if (prefix.empty() || !host.stat("/sys/class/net/" + bridge)) return {};  // not active
    const auto& addresses = facts.identity.addresses;
    const auto clash =
        std::ranges::find_if(addresses, [&prefix](const auto& address) { return address.starts_with(prefix); });
    if (clash == addresses.end()) return {};
    return {
        warning(fmt::format("libvirt's default network ({}0/24 on {}) lies over the one that this machine is in ({})",
                            prefix, bridge, *clash),
                "virsh net-autostart --disable default && virsh net-destroy default")};
}

}  // namespace

constinit const Check libvirt_default_net{
    .id = "libvirt-default-net",
    .title = "libvirt's default network clashes with nothing",
    .run = run,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F73",
    .explain = "Whether libvirt's default network is active and lies over the network that this machine is in.",
    .without_it = "this machine reaches neither the front-end nor its network once the two overlap.",
    .mend = "`virsh net-destroy default`.",
};

}  // namespace onenode::checks
