// A rule names a program by its path: one that lies elsewhere asks for a password (F48).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

// Read from the rules of OpenNebula 7.4.0: what networks and volumes need.
constexpr std::array paths{
    "/usr/sbin/ip",       "/usr/sbin/nft",      "/usr/sbin/iptables", "/usr/sbin/ip6tables", "/usr/sbin/ipset",
    "/usr/sbin/bridge",   "/usr/sbin/lvs",      "/usr/sbin/lvcreate", "/usr/sbin/lvchange",  "/usr/sbin/sysctl",
    "/usr/sbin/blockdev", "/usr/bin/ovs-vsctl", "/usr/bin/rbd",       "/usr/bin/mount",      "/usr/bin/tee",
};

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    for (const std::string_view path : paths) {
        if (host.stat(path)) continue;
        const auto name = path.substr(path.rfind('/') + 1);
        const auto elsewhere = host.find_program(name);
        if (!elsewhere) continue;
        findings.push_back(
            warning(fmt::format("sudo's rules allow {}, and {} is {} on this machine", path, name, *elsewhere),
                    fmt::format("ln -s {} {}", *elsewhere, path), std::string{name}));
    }
    return findings;
}

}  // namespace

constinit const Check sudo_path{"sudo-path", "programs lie where sudo's rules name them", run};

}  // namespace onenode::checks
