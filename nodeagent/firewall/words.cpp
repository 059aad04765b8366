// An opening in the words of nft(8) and iptables(8).
#include "nodeagent/firewall/words.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::firewall {
namespace {

std::optional<int> port_of(std::string_view text)
{
    const auto number = one::to_number<int>(text);
    return number && *number >= 0 && *number <= 65535 ? number : std::nullopt;
}

}  // namespace

bool is_six(std::string_view address)
{
    return address.find(':') != std::string_view::npos;
}

bool is_inner(std::string_view interface)
{
    constexpr std::array<std::string_view, 6> names{"virbr", "docker", "podman", "cni", "veth", "lxcbr"};
    return interface == "lo" ||
           std::ranges::any_of(names, [interface](std::string_view name) { return interface.starts_with(name); });
}

std::string ports(const Opening& opening, char between)
{
    if (opening.first_port == opening.last_port) return std::to_string(opening.first_port);
    return fmt::format("{}{}{}", opening.first_port, between, opening.last_port);
}

std::optional<std::pair<int, int>> port_range(std::string_view text, char between)
{
    const auto middle = text.find(between);
    const auto first = port_of(text.substr(0, middle));
    const auto last = middle == std::string_view::npos ? first : port_of(text.substr(middle + 1));
    return first && last ? std::optional{std::pair{*first, *last}} : std::nullopt;
}

std::string nft_place(const Chain& chain, std::string_view name)
{
    return fmt::format("{} {} {}", chain.family, chain.table, name);
}

std::vector<std::string> nft_rules(const Opening& opening)
{
    const auto dport = fmt::format("{} dport {} accept", opening.protocol, ports(opening, '-'));
    if (opening.peers.empty()) return {dport};
    std::vector<std::string> rules;
    for (const bool six : {false, true}) {
        std::vector<std::string> peers;
        std::ranges::copy_if(opening.peers, std::back_inserter(peers),
                             [six](const std::string& peer) { return is_six(peer) == six; });
        if (peers.empty()) continue;
        const auto set = peers.size() == 1 ? peers.front() : fmt::format("{{ {} }}", one::join(peers, ", "));
        rules.push_back(
            fmt::format("{} {} {} {}", six ? "ip6" : "ip", opening.way == Way::in ? "saddr" : "daddr", set, dport));
    }
    return rules;
}

std::vector<std::string> iptables_words(const Opening& opening)
{
    std::vector<std::string> words;
    if (!opening.peers.empty()) words = {opening.way == Way::in ? "-s" : "-d", one::join(opening.peers, ",")};
    for (auto word : {std::string{"-p"}, opening.protocol, std::string{"--dport"}, ports(opening, ':'),
                      std::string{"-j"}, std::string{"ACCEPT"}})
        words.push_back(std::move(word));
    return words;
}

}  // namespace onenode::firewall
