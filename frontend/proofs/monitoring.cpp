// Judges what arrived at onemonitord of what a node sent.
#include "frontend/proofs/monitoring.hpp"

#include "common/text/letters.hpp"
#include "common/text/printable.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/proofs/monitor_log.hpp"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <memory>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

constexpr int least_log_level = 1;  // warnings
constexpr int usual_report = 4000;  // bytes: a host without VMs reports less
constexpr std::uint64_t look_back = 8UL * 1024 * 1024;

std::string list(const std::vector<int>& sizes)
{
    return fmt::format("{}", fmt::join(sizes, ", "));
}

std::string way(const MonitoringArrivals& arrivals, std::string_view protocol)
{
    const auto& resolved = arrivals.sent.resolved;
    const bool named = !resolved.empty() && resolved != arrivals.address;
    return fmt::format("node -> front-end {}{} port {}/{}", arrivals.address, named ? " (there " + resolved + ")" : "",
                       arrivals.port, protocol);
}

// What the node itself met when it sent; empty where it noticed nothing.
std::string word_of_the_node(const MonitoringArrivals& arrivals, std::string_view id)
{
    for (const auto& finding : arrivals.sent.findings)
        if ((finding.id == id || finding.id == "monitor-address") && finding.severity == "error")
            return one::plain_line(finding.message);
    return {};
}

Finding lost(const MonitoringArrivals& arrivals, std::string_view protocol, std::string_view effect)
{
    const auto id = port_id(arrivals.port, protocol);
    auto message = way(arrivals, protocol) + ": nothing arrived at onemonitord";
    if (const auto word = word_of_the_node(arrivals, id); !word.empty())
        message += fmt::format(" (the node says: {})", word);
    if (arrivals.from_ssh && !arrivals.ours)
        return broken(
            id,
            fmt::format("{}; MONITOR_ADDRESS is \"auto\", so nodes report to where SSH came from, and {} is no "
                        "address of this front-end: something between translates addresses; {}",
                        message, arrivals.address, effect),
            "write an address that nodes can reach into NETWORK/MONITOR_ADDRESS of monitord.conf and restart oned");
    return broken(
        id,
        fmt::format("{}; usually a firewall on either side, or MONITOR_ADDRESS of monitord.conf; {}", message, effect),
        fmt::format(
            "open {0}/{1} on the front-end (nft list ruleset; firewall-cmd --add-port={0}/{1}) and out of the node; "
            "look there with: tcpdump -ni any {1} port {0}",
            arrivals.port, protocol));
}

// The largest size up to which everything came, and what did not.
Finding fragments(const MonitoringArrivals& arrivals)
{
    std::vector<int> arrived = arrivals.sizes;
    std::erase_if(arrived, [&](int size) { return std::ranges::find(arrivals.lost, size) != arrivals.lost.end(); });
    if (arrivals.lost.empty())
        return proven("udp-fragments", fmt::format("datagrams of {} bytes arrived", list(arrivals.sizes)));

    const int smallest_lost = *std::ranges::min_element(arrivals.lost);
    const bool by_size = *std::ranges::max_element(arrived) < smallest_lost;
    const std::string fix =
        "let fragments of UDP and ICMP \"fragmentation needed\" pass, or set the MTU of the network to what it "
        "carries; try: ping -M do -s 1472 from the node";
    const auto message =
        by_size ? fmt::format("{}: datagrams over {} bytes are lost (of {} bytes); usually a firewall or tunnel that "
                              "drops fragments",
                              way(arrivals, "udp"), *std::ranges::max_element(arrived), list(arrivals.lost))
                : fmt::format("{}: datagrams are lost, whatever their size (of {} bytes); usually an overloaded link",
                              way(arrivals, "udp"), list(arrivals.lost));
    if (smallest_lost <= usual_report)
        return broken("udp-fragments", message + "; reports of the host and its VMs are that large", fix);
    return warning("udp-fragments", message + "; reports of many VMs are that large", fix);
}

}  // namespace

std::string port_id(int port, std::string_view protocol)
{
    return fmt::format("port-{}-{}", port, protocol);
}

Findings judge_arrivals(const MonitoringArrivals& arrivals)
{
    const auto udp = port_id(arrivals.port, "udp");
    Findings findings;
    if (arrivals.lost.size() == arrivals.sizes.size()) {
        findings.push_back(
            lost(arrivals, "udp", "without it the host stays `on` and is asked again over SSH every 3 minutes"));
        findings.push_back(not_checked("udp-fragments", "needs " + udp));
    } else {
        findings.push_back(proven(udp, way(arrivals, "udp") + ": onemonitord received it"));
        findings.push_back(fragments(arrivals));
    }
    if (arrivals.tcp_lost)
        findings.push_back(lost(arrivals, "tcp", "without it states of VMs come minutes late"));
    else
        findings.push_back(proven(port_id(arrivals.port, "tcp"), way(arrivals, "tcp") + ": onemonitord received it"));
    return findings;
}

Result<> check_log_settings(const std::vector<Attribute>& monitord_conf)
{
    const auto* log = find_attribute(monitord_conf, "LOG");
    if (!log) return {};
    const auto system = one::to_lower(value_in(*log, "SYSTEM"));
    const std::string level{value_in(*log, "DEBUG_LEVEL")};
    const bool to_file = system.empty() || system == "file";
    if (to_file && (level.empty() || std::atoi(level.c_str()) >= least_log_level)) return {};
    return one::fail({.kind = ErrorKind::unsupported,
                      .thing = "onemonitord's log",
                      .reason = to_file ? "DEBUG_LEVEL 0 leaves the arrival of messages out"
                                        : "it goes to " + system + ", not to a file",
                      .next = "write LOG = [ SYSTEM = \"file\", DEBUG_LEVEL = 3 ] into monitord.conf and restart oned",
                      .doing = "prove the monitoring by"});
}

Result<> check_onemonitord(const Config& config)
{
    TRY_LET(const auto conf, read_small_file(config.monitord_conf));
    TRY_LET(const auto attributes, parse_attributes(conf));
    TRY(check_log_settings(attributes));
    MonitorLog log{config.monitor_log};
    TRY(log.skip_to_end(look_back));
    std::string text;
    while (text.size() < 2 * look_back) {  // it grows while we read
        TRY_LET(const std::string bytes, log.read_on());
        if (bytes.empty()) break;
        text += bytes;
    }
    if (text.empty())
        return one::fail({.kind = ErrorKind::not_found,
                          .thing = config.monitor_log,
                          .reason = "it is empty or not there: onemonitord does not run here, or logs elsewhere",
                          .next = "on the front-end: systemctl status opennebula; ls -l " + config.monitor_log,
                          .doing = "prove the monitoring by"});
    return check_leads(text);
}

Result<> check_leads(std::string_view log)
{
    constexpr std::string_view saying = "Raft status: ";
    const auto at = log.rfind(saying);
    if (at == std::string_view::npos) return {};
    const auto rest = log.substr(at + saying.size());
    const auto status = rest.substr(0, std::min(rest.find_first_of(" \n"), rest.size()));
    if (status == "SOLO" || status == "LEADER") return {};
    return one::fail(
        {.kind = ErrorKind::unsupported,
         .thing = "this front-end",
         .reason = fmt::format("it is not the leader of its zone ({}), its onemonitord throws messages away",
                               one::plain_line(status)),
         .next = "join through the leader: onezone show 0 names it",
         .doing = "prove the monitoring on"});
}

bool is_own_address(const std::string& address)
{
    ifaddrs* raw = nullptr;
    if (::getifaddrs(&raw) != 0) return false;
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> list{raw, &::freeifaddrs};
    for (const ifaddrs* each = list.get(); each; each = each->ifa_next) {
        if (!each->ifa_addr) continue;
        const int family = each->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        const socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        std::array<char, NI_MAXHOST> text{};
        if (::getnameinfo(each->ifa_addr, size, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) continue;
        if (normal_address(text.data()) == normal_address(address)) return true;
    }
    return false;
}

}  // namespace onefrontend
