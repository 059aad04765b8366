// How an opening reads in the languages of nft and iptables.
#pragma once

#include "nodeagent/firewall/firewall.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onenode::firewall {

bool is_six(std::string_view address);
/// Loopback, and bridges of guests and containers: neither the front-end nor another node comes from there.
bool is_inner(std::string_view interface);
/// "22", "49152-49215"
std::string ports(const Opening& opening, char between);
/// The other way round; none where these are no ports.
std::optional<std::pair<int, int>> port_range(std::string_view text, char between);
/// "inet filter input"
std::string nft_place(const Chain& chain, std::string_view name);
/// "ip saddr { 10.0.0.1, 10.0.0.2 } tcp dport 22 accept"; one for each family that has peers.
std::vector<std::string> nft_rules(const Opening& opening);
/// "-s 10.0.0.1,10.0.0.2 -p tcp --dport 22 -j ACCEPT", word by word.
std::vector<std::string> iptables_words(const Opening& opening);

/// Begins the problem of a machine whose nft is there, and failed or hung.
inline constexpr std::string_view nft_is_silent = "nft does not tell its rules: ";

}  // namespace onenode::firewall
