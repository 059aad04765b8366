// The transparent proxy, where the front-end set it up: what it loads, what it connects to, whether it runs
// (F126, F127, F128, F131).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/ruby.hpp"
#include "nodeagent/vnm/proxy.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace onenode::checks {
namespace {

// As root, whose Ruby runs the proxy; the first line of OpenNebula's scripts makes its own gems count.
constexpr const char* script =
    "require 'load_opennebula_paths'; ARGV.each { |name| begin; require name; rescue LoadError, "
    "StandardError => e; puts \"#{name} (#{e.message.lines.first.strip})\"; end }";
constexpr std::array by_path{"/usr/sbin/nft", "/usr/sbin/ip"};  // as the proxy names them itself
Findings run_gems(const Facts&, const HostView& host, const CheckContext&)
{
    if (vnm::network_conf(host).proxy.empty()) return {};
    if (!host.stat(vnm::proxy_script))
        return {
            warning(fmt::format("the transparent proxy has no {}: the front-end's drivers are older, or did not all "
                                "come",
                                vnm::proxy_script),
                    "onehost sync --force  # on the front-end")};
    for (const auto* path : by_path)
        if (!host.stat(path))
            return {missing(Severity::warning,
                            fmt::format("the transparent proxy needs {}, which does not exist", path), host,
                            needed::proxy)};
    if (!host.find_program("nsenter"))
        return {missing(Severity::warning, "the transparent proxy needs nsenter, which is not installed", host,
                        needed::namespaces)};
    const auto output = host.look({.argv = {"ruby", "-e", script, "async/io", "console", "ffi"}, .limit = ruby_limit});
    if (!output || !output->ok()) return not_checked("Ruby does not load OpenNebula's paths: see opennebula-package");
    if (one::trim(output->out).empty()) return {};
    return {warning(fmt::format("the transparent proxy cannot start: Ruby does not load {}", complaint_of(*output)),
                    install(host, needed::rubygems))};
}

// Names are known since 7.4; before, an entry with one is passed over.
bool names_are_known(const HostView& host)
{
    const auto text = host.read("/var/tmp/one/VERSION");
    if (!text) return true;
    const auto lines = one::split_lines(one::trim(*text));
    const std::string version{lines.empty() ? std::string_view{} : one::trim(lines.back())};
    int major = 0;
    int minor = 0;
    const auto* end = version.data() + version.size();
    const auto [rest, failed] = std::from_chars(version.data(), end, major);
    if (failed != std::errc{}) return true;
    if (rest != end && *rest == '.') std::from_chars(rest + 1, end, minor);
    return major > 7 || (major == 7 && minor >= 4);
}

Findings run_names(const Facts&, const HostView& host, const CheckContext&)
{
    constexpr const char* fix = "onehost sync --force  # on the front-end, with an IPv4 address as remote_addr in "
                                "OpenNebulaNetwork.conf";
    Findings findings;
    for (const auto& entry : vnm::network_conf(host).proxy) {
        if (vnm::is_ipv4(entry.address)) continue;
        if (entry.address.find(':') != std::string::npos) {
            findings.push_back(warning(
                fmt::format("the transparent proxy passes over remote_addr {}: it knows IPv4 only", entry.address), fix,
                entry.service_port));
            continue;
        }
        if (!names_are_known(host)) {
            findings.push_back(warning(fmt::format("the transparent proxy passes over remote_addr {}: before 7.4 "
                                                   "OpenNebula takes no names",
                                                   entry.address),
                                       fix, entry.service_port));
            continue;
        }
        const auto addresses = host.resolve(entry.address);
        if (!addresses && addresses.error().kind != ErrorKind::not_found) return not_checked(addresses.error());
        if (addresses && std::ranges::any_of(*addresses, vnm::is_ipv4)) continue;
        findings.push_back(
            warning(fmt::format("this machine knows no IPv4 address of {}, so guests reach nothing on port "
                                "{} of the transparent proxy",
                                entry.address, entry.service_port),
                    fix, entry.service_port));
    }
    return findings;
}

// One process for the machine and one in each bridge's namespace, named by their titles.
Findings run_alive(const Facts&, const HostView& host, const CheckContext&)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const auto runs = [&processes](std::string_view title) {
        return std::ranges::any_of(processes, [title](const Process& process) {
            return !process.argv.empty() && one::trim(process.argv.front()) == title;
        });
    };
    Findings findings;
    for (const auto& name : host.list("/run/netns").value_or(std::vector<std::string>{})) {
        if (!name.starts_with(vnm::inner_prefix) || (runs(name) && runs(vnm::outer_title))) continue;
        const auto bridge = name.substr(vnm::inner_prefix.size());
        findings.push_back(
            warning(fmt::format("the transparent proxy of bridge {} does not run: its guests reach no OneGate", bridge),
                    "/var/tmp/one/vnm/tproxy restart  # ends open connections of other guests", bridge));
    }
    return findings;
}

}  // namespace

constinit const Check tproxy_gems{
    .id = "tproxy-gems",
    .title = "the transparent proxy has what it needs",
    .run = run_gems,
    .severity = Severity::warning,
    .covers = "F126, F127",
    .explain = "Where the front-end set up the transparent proxy: whether what it needs is here (OpenNebula's script, "
               "`nft` and `ip` in `/usr/sbin`, `nsenter`, Ruby's `async/io`, `console` and `ffi`).",
    .without_it = "guests reach no OneGate, and the driver says all is well.",
    .mend = "the packages.",
};
constinit const Check tproxy_dns_ipv6{
    .id = "tproxy-dns",
    .title = "the transparent proxy knows where to connect",
    .run = run_names,
    .severity = Severity::warning,
    .object = "<port>",
    .covers = "F131",
    .explain = "Whether the addresses that the proxy connects to are IPv4, or names of which this machine knows an "
               "IPv4 address; others it passes over in silence. Before 7.4 OpenNebula takes no names.",
    .without_it = "guests reach no OneGate, and the driver says all is well.",
    .mend = "`remote_addr` on the front-end.",
};
constinit const Check tproxy_silent_exit{
    .id = "tproxy-silent-exit",
    .title = "the transparent proxy runs where guests use it",
    .run = run_alive,
    .severity = Severity::warning,
    .object = "<bridge>",
    .covers = "F128",
    .explain = "Whether the proxy runs for every bridge that has its namespace; a flushed nftables ends it in silence.",
    .without_it = "guests on that bridge reach no OneGate, and nothing says so.",
    .mend = "restart it.",
};

}  // namespace onenode::checks
