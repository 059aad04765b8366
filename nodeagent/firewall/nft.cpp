// Chains as `nft -j list ruleset` tells them: libnftables-json(5). What we do not know becomes a condition that may hold.
#include "nodeagent/firewall/firewall.hpp"
#include "nodeagent/firewall/nft_json.hpp"
#include "nodeagent/firewall/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace onenode::firewall {
namespace {

using nftables::Json;
using nftables::member;
using nftables::text_in;
using Sets = std::map<std::string, Json>;  // "inet filter trusted": its elements

/// 22, "ssh" is none, {"range": [1, 9]}
std::optional<std::pair<int, int>> ports_of(const Json& value)
{
    const auto is_port = [](const Json& one) { return one.is_number_unsigned() && one.get<unsigned>() <= 65535; };
    if (is_port(value)) return std::pair{value.get<int>(), value.get<int>()};
    const auto& range = member(value, "range");
    if (range.is_array() && range.size() == 2 && is_port(range[0]) && is_port(range[1]))
        return std::pair{range[0].get<int>(), range[1].get<int>()};
    return std::nullopt;
}

/// "10.0.0.1", {"prefix": {"addr": "10.0.0.0", "len": 8}}, {"range": ["10.0.0.1", "10.0.0.9"]}
std::optional<AddressRange> addresses_of(const Json& value)
{
    if (value.is_string()) return address_range(value.get<std::string>());
    if (const auto& prefix = member(value, "prefix"); prefix.is_object())
        return address_range(fmt::format("{}/{}", text_in(prefix, "addr"), text_in(prefix, "len")));
    const auto& range = member(value, "range");
    if (range.is_array() && range.size() == 2 && range[0].is_string() && range[1].is_string())
        return address_range(fmt::format("{}-{}", range[0].get<std::string>(), range[1].get<std::string>()));
    return std::nullopt;
}

/// Of whose packets none is ours: `icmpv6 type nd-neighbor-solicit`.
bool is_other_protocol(std::string_view name)
{
    constexpr std::array<std::string_view, 7> others{"icmp", "icmpv6", "igmp", "sctp", "dccp", "esp", "ah"};
    return std::ranges::find(others, name) != others.end();
}

class Reader {
public:
    explicit Reader(Sets sets) : sets_(std::move(sets)) {}

    /// One rule, or several where a map gives each of its keys a verdict.
    [[nodiscard]] std::vector<Rule> rules(const Json& told)
    {
        table_ = fmt::format("{} {}", text_in(told, "family"), text_in(told, "table"));
        Rule rule{.comment = text_in(told, "comment"), .handle = text_in(told, "handle")};
        const auto& expressions = member(told, "expr");
        if (!expressions.is_array()) return {};
        for (const auto& expression : expressions) {
            if (const auto& map = member(expression, "vmap"); map.is_object()) return by_map(rule, map);
            take(rule, expression);
        }
        return {rule};
    }

private:
    [[nodiscard]] std::vector<Rule> by_map(const Rule& rule, const Json& map) const
    {
        std::vector<Rule> rules;
        const auto entries = elements(member(map, "data"));
        if (entries.empty()) {  // one that is filled elsewhere
            rules.push_back(rule);
            rules.back().conditions.push_back({});
            rules.back().verdict = Verdict::accept;
        }
        for (const auto& entry : entries) {
            if (!entry.is_array() || entry.size() != 2) continue;
            rules.push_back(rule);
            rules.back().conditions.push_back(condition(member(map, "key"), "==", entry[0]));
            take(rules.back(), entry[1]);
        }
        return rules;
    }

    void take(Rule& rule, const Json& expression) const
    {
        if (!expression.is_object() || expression.empty()) return;
        const auto& kind = expression.begin().key();
        const auto& what = expression.begin().value();
        if (kind == "match")
            rule.conditions.push_back(condition(member(what, "left"), text_in(what, "op"), member(what, "right")));
        else if (kind == "accept" || kind == "queue")
            rule.verdict = Verdict::accept;
        else if (kind == "drop" || kind == "reject")
            rule.verdict = Verdict::drop;
        else if (kind == "return")
            rule.verdict = Verdict::leave;
        else if (kind == "jump" || kind == "goto") {
            rule.verdict = kind == "jump" ? Verdict::jump : Verdict::go_to;
            rule.target = text_in(what, "target");
        } else if (kind == "xt")
            take_xtables(rule, what);
        else if (kind != "counter" && kind != "log" && kind != "mangle" && kind != "notrack" && kind != "meter")
            rule.conditions.push_back({});  // limit, quota, fib...
    }

    // A rule of iptables' in a table that iptables does not tell us of: a match may hold, a target may do anything.
    static void take_xtables(Rule& rule, const Json& what)
    {
        rule.conditions.push_back({});
        if (text_in(what, "type") == "target") rule.verdict = Verdict::accept;
    }

    [[nodiscard]] Condition condition(const Json& left, const std::string& op, const Json& right) const
    {
        if (op != "==" && op != "!=" && op != "in") return {};
        const auto values = elements(right);
        Condition found;
        const auto& payload = member(left, "payload");
        const auto field = text_in(payload, "field");
        const auto key = text_in(member(left, "meta"), "key");
        if (field == "dport")
            found = port_condition(text_in(payload, "protocol"), values);
        else if ((field == "saddr" || field == "daddr") && text_in(payload, "protocol") != "ether")
            found = address_condition(field == "saddr" ? About::source : About::destination, values);
        else if (key == "l4proto" || field == "protocol" || field == "nexthdr")
            found = protocol_condition(values);
        else if (is_other_protocol(text_in(payload, "protocol")))
            found = {.about = About::protocol, .protocols = {text_in(payload, "protocol")}};
        else if (key == "iif" || key == "iifname" || key == "oif" || key == "oifname")
            found = interface_condition(values);
        else if (text_in(member(left, "ct"), "key") == "state")
            found = state_condition(values);
        else if (text_in(member(left, "ct"), "key") == "status" && values == std::vector<Json>{"dnat"})
            found = {.about = About::never};  // what is for this machine itself was led nowhere else
        if (op == "!=" && found.about != About::unknown) found.negated = !found.negated;
        return found;
    }

    static Condition port_condition(const std::string& protocol, const std::vector<Json>& values)
    {
        Condition found{.about = About::port};
        if (protocol == "tcp" || protocol == "udp") found.protocols = {protocol};  // of "th" any
        for (const auto& value : values) {
            const auto ports = ports_of(value);
            if (!ports) return {};
            found.ports.push_back(*ports);
        }
        return found.ports.empty() ? Condition{} : found;
    }

    static Condition address_condition(About about, const std::vector<Json>& values)
    {
        Condition found{.about = about};
        for (const auto& value : values) {
            const auto range = addresses_of(value);
            if (!range) return {};
            found.addresses.push_back(*range);
        }
        return found.addresses.empty() ? Condition{} : found;
    }

    static Condition protocol_condition(const std::vector<Json>& values)
    {
        Condition found{.about = About::protocol};
        for (const auto& value : values) {
            if (!value.is_string()) return {};
            found.protocols.push_back(value.get<std::string>());
        }
        return found;
    }

    static Condition interface_condition(const std::vector<Json>& values)
    {
        const bool inner = !values.empty() && std::ranges::all_of(values, [](const Json& one) {
            return one.is_string() && is_inner(one.get<std::string>());
        });
        return {.about = inner ? About::never : About::unknown};
    }

    // The first packet of a connection is new, so the answer is known: `never` or, negated, always.
    static Condition state_condition(const std::vector<Json>& values)
    {
        const bool has_new = std::ranges::find(values, Json{"new"}) != values.end();
        return {.about = About::never, .negated = has_new};
    }

    /// A value, a list, an anonymous set, a named one; empty where it is not known.
    [[nodiscard]] std::vector<Json> elements(const Json& value) const
    {
        Json list = value;
        if (value.is_string() && value.get<std::string>().starts_with('@')) {
            const auto found = sets_.find(fmt::format("{} {}", table_, value.get<std::string>().substr(1)));
            if (found == sets_.end()) return {};
            list = found->second;
        } else if (const auto& set = member(value, "set"); !set.is_null()) {
            list = set;
        }
        if (!list.is_array()) return {list};
        std::vector<Json> all;
        for (const auto& one : list) {
            const auto& wrapped = member(one, "elem");  // with a counter or a timeout
            all.push_back(wrapped.is_object() ? member(wrapped, "val") : one);
        }
        return all;
    }

    Sets sets_;
    std::string table_{};  // in which the rule stands, and its sets
};

std::string place(const Json& told, const char* name)
{
    return fmt::format("{} {} {}", text_in(told, "family"), text_in(told, "table"), text_in(told, name));
}

Keeper keeper_of(const Chain& chain)
{
    return chain.table == "firewalld" ? Keeper::firewalld : Keeper::nobody;
}

}  // namespace

Result<std::vector<Chain>> read_nft(std::string_view json)
{
    const auto answer = Json::parse(json, nullptr, false);
    const auto& list = member(answer, "nftables");
    if (!list.is_array())
        return one::fail({.kind = ErrorKind::invalid,
                          .thing = "nft",
                          .reason = "it does not tell its rules as JSON",
                          .next = "nft -j list ruleset",
                          .doing = "ask"});
    Sets sets;
    for (const auto& entry : list)
        for (const auto* kind : {"set", "map"})
            if (const auto& set = member(entry, kind); set.is_object()) sets[place(set, "name")] = member(set, "elem");
    Reader reader{std::move(sets)};
    std::vector<Chain> chains;
    std::map<std::string, std::size_t> places;
    for (const auto& entry : list) {
        if (const auto& told = member(entry, "chain"); told.is_object()) {
            Chain chain{.family = text_in(told, "family"),
                        .table = text_in(told, "table"),
                        .name = text_in(told, "name"),
                        .hook = text_in(told, "type") == "nat" ? "" : text_in(told, "hook"),
                        .drops = text_in(told, "policy") == "drop"};
            chain.keeper = keeper_of(chain);
            places[place(told, "name")] = chains.size();
            chains.push_back(std::move(chain));
        }
        const auto& told = member(entry, "rule");
        const auto owner = places.find(place(told, "chain"));
        if (owner == places.end()) continue;
        auto rules = reader.rules(told);
        std::ranges::move(rules, std::back_inserter(chains[owner->second].rules));
    }
    return chains;
}

}  // namespace onenode::firewall
