// What nftables has of the transparent proxy: where each service of a bridge leads, and which bridges keep their
// guests' questions for its address to themselves.
#pragma once

#include "nodeagent/host/host.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace onenode::vnm {

inline constexpr std::string_view proxy_table = "one_tproxy";  // of the families ip and bridge

struct Remote {
    std::string address{};
    int port = 0;
    bool operator==(const Remote&) const = default;
};
using Endpoints = std::map<int, Remote>;  // by the port that guests connect to

struct Ruleset {
    std::map<std::string, Endpoints> endpoints{};  // by bridge
    std::set<std::string> arp_kept{};              // bridges
    bool operator==(const Ruleset&) const = default;
};

/// The answers of `nft -j list table` for both families; empty where there is no such table.
Result<Ruleset> parse_ruleset(std::string_view ip, std::string_view bridge);
Result<Ruleset> ruleset(const HostView& host);

}  // namespace onenode::vnm
