// What OpenNebula needs gets through this machine's own firewall: read from its rules, in their favour (F11, F75, F86).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/risks.hpp"

#include "common/text/words.hpp"
#include "nodeagent/firewall/rules.hpp"
#include "nodeagent/firewall/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

using firewall::Closed;
using firewall::Opening;
using firewall::Way;

constexpr int ssh = 22;

std::string object_of(const Opening& opening)
{
    std::string word = firewall::purpose_of(opening);
    std::ranges::replace(word, ' ', '-');
    std::ranges::transform(word, word.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return opening.way == Way::in ? word : word + "-out";
}

std::string keepers_of(const Closed& closed)
{
    std::vector<std::string> names;
    for (const auto* chain : closed.chains) {
        auto name = chain->keeper == firewall::Keeper::firewalld ? std::string{"firewalld"}
                    : chain->keeper == firewall::Keeper::ufw
                        ? std::string{"ufw"}
                        : fmt::format("chain {} {} {}{}", chain->family, chain->table, chain->name,
                                      chain->program.empty() ? "" : " of " + chain->program);
        if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
    return one::join(names, " and ");
}

std::string message_for(const Closed& closed)
{
    const auto& opening = closed.opening;
    const auto ports = opening.first_port == opening.last_port
                           ? fmt::format("port {}", opening.first_port)
                           : fmt::format("ports {} to {}", opening.first_port, opening.last_port);
    const auto peers = opening.peers.empty() ? std::string{"anybody"} : one::join(opening.peers, ", ");
    return fmt::format("{} stops {} ({} {}) {} {}", keepers_of(closed), firewall::purpose_of(opening), opening.protocol,
                       ports, opening.way == Way::in ? "from" : "to", peers);
}

// The commands for a person's hands, and what takes them off.
std::string fix_for(Closed closed, const std::vector<std::string>& frontend)
{
    if (closed.opening.peers.empty()) closed.opening.peers = frontend;
    return firewall::command_to_open(closed) + "  # or join with --accept-risk=firewall";
}

// Nobody gets in by SSH: known before it is known from where the front-end comes.
Findings nobody_gets_in(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto closed =
        firewall::closed(facts.filter, {.first_port = ssh, .last_port = ssh}, firewall::OurRules::count);
    if (!closed) return {};
    if (context.joining && accepts(facts, risks::firewall)) return left_to_join();
    const auto addresses = context.service.empty() ? std::vector<std::string>{}
                                                   : host.resolve(context.service).value_or(std::vector<std::string>{});
    return {error(message_for(*closed) + ": OpenNebula's front-end has to come in", fix_for(*closed, addresses),
                  object_of(closed->opening))};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (facts.filter.chains.empty() && !facts.filter.problem.empty())
        return {{.severity = Severity::not_checked,
                 .message = facts.filter.problem,
                 .unanswered = facts.filter.problem.starts_with(firewall::nft_is_silent)}};
    if (context.openings.empty()) return nobody_gets_in(facts, host, context);
    Findings findings;
    for (const auto& opening : context.openings) {
        const auto closed = firewall::closed(facts.filter, opening, firewall::OurRules::count);
        if (!closed) continue;
        const bool keeps_front_end_out =
            opening.way == Way::in && opening.first_port == ssh &&
            std::ranges::any_of(closed->opening.peers, [&context](const std::string& peer) {
                const auto& known = context.frontend_addresses;
                return std::ranges::find(known, peer) != known.end();
            });
        auto message = message_for(*closed);
        auto fix = fix_for(*closed, {});
        findings.push_back(keeps_front_end_out ? error(std::move(message), std::move(fix), object_of(opening))
                                               : warning(std::move(message), std::move(fix), object_of(opening)));
    }
    return findings;
}

}  // namespace

constinit const Check firewall_closed{
    .id = "firewall-closed",
    .title = "the firewall lets OpenNebula through",
    .run = run,
    .object = "<what for>",
    .covers = "F11, F75, F86",
    .explain = "Whether the rules of nftables and iptables (firewalld's and ufw's, too) let through what OpenNebula "
               "needs: SSH from the front-end and the other nodes, live migration between nodes, consoles from the "
               "front-end, monitoring's way out. Rules are read in the firewall's favour: only what no reading of them "
               "lets pass is closed.",
    .without_it = "ERROR after two minutes; a migration that stands at 0 %; consoles that stay black; a host that is "
                  "restarted every three minutes.",
    .mend =
        "the printed commands, or join with --accept-risk=firewall: a step then keeps it open, and leave undoes it.",
};

}  // namespace onenode::checks
