// A rule names a program by its path: one that lies elsewhere asks for a password (F48).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>

namespace onenode::checks {
namespace {

// Read from the rules of OpenNebula 7.4.0: what networks and volumes need.
constexpr std::array paths{
    "/usr/sbin/ip",       "/usr/sbin/nft",      "/usr/sbin/iptables", "/usr/sbin/ip6tables", "/usr/sbin/ipset",
    "/usr/sbin/bridge",   "/usr/sbin/lvs",      "/usr/sbin/lvcreate", "/usr/sbin/lvchange",  "/usr/sbin/sysctl",
    "/usr/sbin/blockdev", "/usr/bin/ovs-vsctl", "/usr/bin/rbd",       "/usr/bin/mount",      "/usr/bin/tee",
};

std::optional<std::string> where_else(const HostView& host, std::string_view path)
{
    return host.stat(path) ? std::nullopt : host.find_program(path.substr(path.rfind('/') + 1));
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    for (const std::string_view path : paths) {
        const auto elsewhere = where_else(host, path);
        if (!elsewhere) continue;
        const auto name = path.substr(path.rfind('/') + 1);
        findings.push_back(
            warning(fmt::format("sudo's rules allow {}, and {} is {} on this machine", path, name, *elsewhere),
                    fmt::format("ln -s {} {}", *elsewhere, path), std::string{name}));
    }
    return findings;
}

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    Changes changes;
    for (const std::string_view path : paths) {
        const auto elsewhere = where_else(host, path);
        if (!elsewhere) continue;
        changes.emplace_back(
            MakeLink{.path = std::string{path}, .target = *elsewhere, .why = "sudo's rules name the program there"});
    }
    return changes;
}

}  // namespace

constinit const Check sudo_path{
    .id = "sudo-path",
    .title = "programs lie where sudo's rules name them",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .object = "<program>",
    .covers = "F48",
    .explain = "Whether programs lie where sudo's rules name them.",
    .without_it = "`a password is required` for one command only.",
    .mend = "a link.",
};

}  // namespace onenode::checks
