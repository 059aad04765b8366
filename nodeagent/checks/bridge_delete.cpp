// OpenNebula's drivers remove a bridge with its last guest, unless they are told to keep it: one that carries this
// machine's own address takes the machine off the network (F105).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/host/network.hpp"
#include "nodeagent/vnm/guest_description.hpp"
#include "nodeagent/vnm/network_conf.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

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

// A driver takes the network's own device out and removes what is empty then: with two of them left, it never is.
bool may_become_empty(const HostView& host, const std::string& bridge)
{
    const auto members = host.list(fmt::format("/sys/class/net/{}/brif", bridge)).value_or(std::vector<std::string>{});
    return std::ranges::count_if(members, [&bridge](const auto& name) {
               return !is_inner_interface(name) && name != bridge + "b";  // the driver's own for VLANs
           }) <= 1;
}

// PHYDEV is there where the driver makes the bridge.
bool a_guest_uses(const HostView& host, const std::string& datastores, const std::vector<std::string>& bridges)
{
    return std::ranges::any_of(vnm::all_described_nics(host, datastores), [&bridges](const vnm::DescribedNic& nic) {
        return !nic.physical_device.empty() && std::ranges::find(bridges, nic.bridge) != bridges.end();
    });
}

// Before a join's rehearsal what is here is an earlier front-end's, or what this one has mended since.
Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    auto bridges = bridges_of_ours(host);
    std::erase_if(bridges, [&host](const auto& bridge) { return !may_become_empty(host, bridge); });
    if (bridges.empty()) return {};
    const auto conf = vnm::network_conf(host);
    const auto names = fmt::format("{}", fmt::join(bridges, ", "));
    if (!conf.there || context.joining)
        return not_checked(fmt::format("{} carries this machine's address; whether drivers would remove it "
                                       "(keep_empty_bridge) is known once the front-end brought them",
                                       names));
    if (conf.keep_empty_bridge) return {};
    const std::string fix = "sed -i 's/^:keep_empty_bridge:.*/:keep_empty_bridge: true/' "
                            "/var/lib/one/remotes/etc/vnm/OpenNebulaNetwork.conf && onehost sync --force  # on the "
                            "front-end";
    if (a_guest_uses(host, datastores_of(facts, host), bridges))
        return {error(fmt::format("{} carries this machine's address, a guest here uses it with a physical device, and "
                                  "drivers remove it with the last such guest: the machine would be cut off",
                                  names),
                      fix)};
    return {error(fmt::format("{} carries this machine's address, and drivers remove it with the last guest of a "
                              "network that names it and a physical device: the machine would be cut off",
                              names),
                  fix)};
}

}  // namespace

constinit const Check bridge_delete{
    .id = "bridge-delete",
    .title = "no driver removes the bridge that this machine lives on",
    .run = run,
    .data_loss = true,
    .covers = "F105",
    .explain =
        "Whether a bridge that carries this machine's own address would be removed with the last guest: OpenNebula's "
        "`keep_empty_bridge` is false, as it is shipped. An error that no flag opens, before a guest uses the bridge, "
        "too: this machine does not know which networks name it, and once one does it is too late. A bridge that keeps "
        "two devices of its own is safe. The setting comes with the front-end's drivers, so a first join looks once "
        "they are here, before OpenNebula has a host.",
    .without_it = "the machine is cut off when a VM stops.",
    .mend = "the setting, on the front-end.",
};

}  // namespace onenode::checks
