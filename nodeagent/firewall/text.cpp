// The file of what has to pass, and how a person is told to let it pass.
#include "nodeagent/firewall/rules.hpp"
#include "nodeagent/firewall/words.hpp"

#include "common/command.hpp"
#include "common/text/address.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::firewall {
namespace {

constexpr std::string_view head =
    "# Written by onenode: what OpenNebula needs let through here. The agent keeps rules for it (chains "
    "\"onenode-...\")\n"
    "# beside the chains of this machine's firewall that would stop it. `onenode leave` takes them away.\n";

std::optional<Opening> opening_of(const std::vector<std::string>& words)
{
    if (words.size() < 4 || (words[0] != "in" && words[0] != "out")) return std::nullopt;
    if (words[1] != "tcp" && words[1] != "udp") return std::nullopt;
    const auto range = port_range(words[2], '-');
    if (!range || range->first < 1 || range->first > range->second) return std::nullopt;
    Opening opening{.way = words[0] == "in" ? Way::in : Way::out,
                    .protocol = words[1],
                    .first_port = range->first,
                    .last_port = range->second,
                    .peers = {words.begin() + 3, words.end()}};
    return std::ranges::all_of(opening.peers, one::is_address) ? std::optional{std::move(opening)} : std::nullopt;
}

std::vector<std::string> lines_for_firewalld(const Opening& opening)
{
    std::vector<std::string> lines;
    for (const auto& peer : opening.peers)
        lines.push_back(one::to_shell(
            {"firewall-cmd", "--permanent",
             fmt::format("--add-rich-rule=rule family=\"{}\" source address=\"{}\" port port=\"{}\" protocol=\"{}\" "
                         "accept",
                         is_six(peer) ? "ipv6" : "ipv4", peer, ports(opening, '-'), opening.protocol)}));
    if (opening.peers.empty())
        lines.push_back(
            fmt::format("firewall-cmd --permanent --add-port={}/{}", ports(opening, '-'), opening.protocol));
    lines.emplace_back("firewall-cmd --reload");
    return lines;
}

std::vector<std::string> lines_for_ufw(const Opening& opening)
{
    const bool in = opening.way == Way::in;
    std::vector<std::string> lines;
    for (const auto& peer : opening.peers)
        lines.push_back(
            in ? fmt::format("ufw allow proto {} from {} to any port {}", opening.protocol, peer, ports(opening, ':'))
               : fmt::format("ufw allow out proto {} to {} port {}", opening.protocol, peer, ports(opening, ':')));
    if (opening.peers.empty())
        lines.push_back(fmt::format("ufw allow {}{}/{}", in ? "" : "out ", ports(opening, ':'), opening.protocol));
    return lines;
}

std::vector<std::string> lines_for(const Chain& chain, Opening opening)
{
    std::erase_if(opening.peers, [&chain](const std::string& peer) {
        return chain.family != "inet" && (chain.family == "ip6") != is_six(peer);
    });
    if (chain.keeper == Keeper::firewalld && opening.way == Way::in) return lines_for_firewalld(opening);
    if (chain.keeper == Keeper::ufw) return lines_for_ufw(opening);
    std::vector<std::string> lines;
    if (chain.program.empty()) {
        for (const auto& rule : nft_rules(opening))
            lines.push_back(
                one::to_shell({"nft", fmt::format("insert rule {} {}", nft_place(chain, chain.name), rule)}));
        return lines;
    }
    Argv command{chain.program, "-I", chain.name};
    std::ranges::move(iptables_words(opening), std::back_inserter(command));
    return {one::to_shell(command)};
}

}  // namespace

std::string to_text(const Openings& openings)
{
    std::string text{head};
    for (const auto& opening : openings)
        text += fmt::format("{} {} {} {}\n", opening.way == Way::in ? "in" : "out", opening.protocol,
                            ports(opening, '-'), one::join(opening.peers, " "));
    return text;
}

Openings read_openings(std::string_view text)
{
    Openings openings;
    for (const auto& line : one::split_lines(text))
        if (auto opening = opening_of(one::split_words(line))) openings.push_back(*std::move(opening));
    return openings;
}

std::string command_to_open(const Closed& closed)
{
    std::vector<std::string> lines;
    for (const auto* chain : closed.chains)
        for (auto& line : lines_for(*chain, closed.opening))
            if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
    return one::join(lines, " && ");
}

std::string purpose_of(const Opening& opening)
{
    if (opening.first_port == 22) return "SSH";
    if (opening.first_port == 49152) return "live migration";
    return opening.way == Way::in ? "consoles" : "monitoring";
}

}  // namespace onenode::firewall
