// nft's own JSON. Elements that are no plain "port : address . port" are nobody's that we know.
#include "nodeagent/vnm/ruleset.hpp"

#include "common/text/words.hpp"
#include "nodeagent/firewall/nft_json.hpp"

#include <optional>
#include <utility>

namespace onenode::vnm {
namespace {

using nftables::Json;
using nftables::member;
using nftables::text_in;

constexpr const char* nft = "/usr/sbin/nft";  // where the proxy itself asks
constexpr std::string_view map_prefix = "ep_";
constexpr std::string_view chain_prefix = "ch_";
constexpr std::size_t longest_answer = 1024 * 1024;

std::optional<int> port_in(const Json& json)
{
    if (!json.is_number_integer()) return {};
    const auto port = json.get<std::int64_t>();
    return port > 0 && port < 65536 ? std::optional{static_cast<int>(port)} : std::nullopt;
}

// [5030, {"concat": ["10.0.0.1", 5030]}]
std::optional<std::pair<int, Remote>> endpoint_in(const Json& element)
{
    if (!element.is_array() || element.size() != 2) return {};
    const Json& to = member(element[1], "concat");
    if (!to.is_array() || to.size() != 2 || !to[0].is_string()) return {};
    const auto from = port_in(element[0]);
    const auto port = port_in(to[1]);
    if (!from || !port) return {};
    return std::pair{*from, Remote{to[0].get<std::string>(), *port}};
}

void take_map(Ruleset& rules, const Json& map)
{
    const auto name = text_in(map, "name");
    if (!name.starts_with(map_prefix)) return;
    auto& endpoints = rules.endpoints[name.substr(map_prefix.size())];
    const Json& elements = member(map, "elem");
    if (!elements.is_array()) return;
    for (const auto& element : elements)
        if (auto endpoint = endpoint_in(element)) endpoints.insert(*std::move(endpoint));
}

// A chain of that name alone drops nothing: its rule counts.
void take_rule(Ruleset& rules, const Json& rule)
{
    const auto chain = text_in(rule, "chain");
    if (chain.starts_with(chain_prefix)) rules.arp_kept.insert(chain.substr(chain_prefix.size()));
}

Result<Json> entries_of(std::string_view text)
{
    auto json = Json::parse(text, nullptr, false);
    Json list = member(json, "nftables");
    if (!list.is_array())
        return one::fail({.kind = ErrorKind::invalid,
                          .thing = "nftables",
                          .reason = "nft's answer is not understood",
                          .next = "nft -j list table ip one_tproxy",
                          .doing = "look at"});
    return list;
}

Result<std::string> listed(const HostView& host, const char* family)
{
    TRY_LET(const auto output, host.look({.argv = {nft, "-j", "list", "table", family, std::string{proxy_table}},
                                          .output_limit = longest_answer}));
    if (output.ok()) return output.out;
    if (output.err.find("No such file or directory") != std::string::npos) return std::string{};
    const auto lines = one::split_lines(output.err);
    return one::fail({.kind = ErrorKind::internal,
                      .thing = "nftables",
                      .reason = lines.empty() ? "nft says nothing" : lines.front(),
                      .next = "nft list ruleset",
                      .doing = "look at"});
}

}  // namespace

Result<Ruleset> parse_ruleset(std::string_view ip, std::string_view bridge)
{
    Ruleset rules;
    if (!ip.empty()) {
        TRY_LET(const Json entries, entries_of(ip));
        for (const auto& entry : entries)
            take_map(rules, member(entry, "map"));
    }
    if (!bridge.empty()) {
        TRY_LET(const Json entries, entries_of(bridge));
        for (const auto& entry : entries)
            take_rule(rules, member(entry, "rule"));
    }
    return rules;
}

Result<Ruleset> ruleset(const HostView& host)
{
    TRY_LET(const auto ip, listed(host, "ip"));
    TRY_LET(const auto bridge, listed(host, "bridge"));
    return parse_ruleset(ip, bridge);
}

}  // namespace onenode::vnm
