// The front-end comes in by SSH, on port 22 of this machine's address; whoever answers there says so himself.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/probe_answers.hpp"
#include "nodeagent/checks/repairs.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr int ssh_port = 22;
constexpr std::size_t addresses_tried = 3;  // one second each at the most

std::vector<std::string> own_addresses(const Facts& facts)
{
    auto addresses = facts.identity.addresses;
    if (addresses.empty()) return {"127.0.0.1"};
    addresses.resize(std::min(addresses.size(), addresses_tried));
    return addresses;
}

// What sshd is told to listen on; with socket activation it may be something else that really counts.
std::vector<int> configured_ports(const Facts& facts, const HostView& host, const CheckContext& context)
{
    std::vector<int> ports;
    const auto settings = sshd_settings(host, login_sources(facts, context).front());
    if (!settings) return ports;
    for (const auto& word : settings->values("port"))
        if (const int port = std::atoi(word.c_str()); port > 0 && port != ssh_port) ports.push_back(port);
    return ports;
}

struct Answered {
    bool there = false;
    std::string problem{};  // of the first address
    bool refused = false;
    bool accepted = false;
};

Result<Answered> knock(const Facts& facts, const HostView& host, int port)
{
    Answered answered;
    for (const auto& address : own_addresses(facts)) {
        TRY_LET(const auto answer, ask_ssh(host, address, port));
        if (!answer.banner.empty()) return Answered{.there = true};
        if (!answered.problem.empty()) continue;
        answered.problem = fmt::format("{}:{}: {}", address, port, answer.problem);
        answered.refused = answer.refused;
        answered.accepted = answer.accepted;
    }
    return answered;
}

std::string open_firewall(const HostView& host)
{
    if (host.find_program("firewall-cmd")) return "firewall-cmd --permanent --add-service=ssh && firewall-cmd --reload";
    if (host.find_program("ufw")) return "ufw allow 22/tcp";
    return "nft list ruleset  # which rule drops port 22?";
}

std::string advice(const HostView& host, const Answered& answered)
{
    if (answered.refused) return fmt::format("systemctl enable --now {}", ssh_unit(host));
    if (!answered.accepted) return open_firewall(host);
    return fmt::format("journalctl -u {} -n 20; uptime  # why is it stuck, or what keeps this machine so busy?",
                       ssh_unit(host));
}

Findings run_down(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto at_22 = knock(facts, host, ssh_port);
    if (!at_22) return not_checked(at_22.error());
    if (at_22->there) return {};
    for (const int port : configured_ports(facts, host, context))
        if (const auto elsewhere = knock(facts, host, port); elsewhere && elsewhere->there) return {};

    if (!host.find_program("sshd"))
        return {missing(Severity::error, "there is no SSH server on this machine", host, needed::ssh_server)};
    const auto settings = ask_sshd(host, login_sources(facts, context).front());
    if (settings && lacks_host_keys(*settings)) return {without_host_keys(host)};
    return {error(fmt::format("no SSH server answers at {}", at_22->problem), advice(host, *at_22))};
}

Findings run_port(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto at_22 = knock(facts, host, ssh_port);
    if (!at_22) return not_checked(at_22.error());
    if (at_22->there) return {};
    for (const int port : configured_ports(facts, host, context)) {
        const auto elsewhere = knock(facts, host, port);
        if (!elsewhere || !elsewhere->there) continue;
        return {error(fmt::format("sshd listens on port {} and not on 22, where OpenNebula's drivers connect to", port),
                      // as soon as one port is named, only named ones count
                      sshd_fix_for_all(host, "Port 22"))};
    }
    return not_checked("no SSH server answers: see sshd-down");
}

Changes fix_down(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto at_22 = knock(facts, host, ssh_port);
    if (!at_22 || at_22->there || !at_22->refused || !host.find_program("sshd")) return {};  // else a firewall drops it
    return switch_on(host, {fmt::format("{}.service", ssh_unit(host))}, "the front-end comes in by SSH");
}

}  // namespace

constinit const Check sshd_down{
    .id = "sshd-down",
    .title = "an SSH server answers",
    .run = run_down,
    .fix = fix_down,
    .covers = "F11",
    .explain = "Whether an SSH server answers on one of this machine's addresses, by its own first words. A refused "
               "connection means that nobody listens, silence that a firewall here drops it, and silence after the "
               "call was taken that the server hangs or the machine is too busy.",
    .without_it = "ERROR after two minutes.",
    .mend = "install or start the server, or open the port.",
};
constinit const Check sshd_port{
    .id = "sshd-port",
    .title = "the SSH server answers on port 22",
    .run = run_port,
    .covers = "F12",
    .explain = "Whether it answers on port 22: OpenNebula's drivers run plain `ssh HOST`. Whoever answers counts, not "
               "what is configured: with systemd's socket activation the two differ.",
    .without_it = "`Connection refused` on port 22, hidden behind `Could not update remotes`.",
    .mend = "let sshd listen on 22 as well.",
};

}  // namespace onenode::checks
