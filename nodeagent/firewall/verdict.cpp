// What the chains do with the first packet of a connection: every outcome that some reading of the rules allows.
#include "nodeagent/firewall/firewall.hpp"
#include "nodeagent/firewall/words.hpp"

#include "common/text/number.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <map>
#include <utility>

namespace onenode::firewall {
namespace {

constexpr int deepest = 32;  // of jumps; the kernel allows no more than 16

// A set of outcomes.
constexpr unsigned accepted = 1;
constexpr unsigned dropped = 2;
constexpr unsigned goes_on = 4;    // to the rule below
constexpr unsigned goes_back = 8;  // to the chain that jumped here, or to the policy

struct Packet {
    Way way = Way::in;
    std::string protocol{};
    int port = 0;
    std::string peer{};  // bytes of the address; empty: anybody's
};

enum class Holds { no, maybe, yes };

Holds negated_if(bool negated, Holds holds)
{
    if (!negated || holds == Holds::maybe) return holds;
    return holds == Holds::yes ? Holds::no : Holds::yes;
}

std::string bytes_of(const std::string& address)
{
    const auto range = address_range(address);
    return range && range->first == range->last ? range->first : std::string{};
}

Holds holds_for_peer(const Condition& condition, const Packet& packet)
{
    const bool is_peers = (condition.about == About::source) == (packet.way == Way::in);
    if (!is_peers || packet.peer.empty()) return Holds::maybe;  // one of our own addresses: not known which
    bool of_family = false;
    for (const auto& range : condition.addresses) {
        if (range.first.size() != packet.peer.size()) continue;
        of_family = true;
        if (range.first <= packet.peer && packet.peer <= range.last) return negated_if(condition.negated, Holds::yes);
    }
    return of_family ? negated_if(condition.negated, Holds::no) : Holds::no;  // `ip saddr !=` is of no packet of IPv6
}

Holds holds(const Condition& condition, const Packet& packet)
{
    const auto& protocols = condition.protocols;
    const bool of_protocol = std::ranges::any_of(protocols, [&packet](const std::string& name) {
        return name == packet.protocol || name == "all" || name == (packet.protocol == "tcp" ? "6" : "17");
    });
    switch (condition.about) {
    case About::protocol: return negated_if(condition.negated, of_protocol ? Holds::yes : Holds::no);
    case About::port: {
        if (!protocols.empty() && !of_protocol) return Holds::no;
        const bool among = std::ranges::any_of(condition.ports, [&packet](const auto& range) {
            return range.first <= packet.port && packet.port <= range.second;
        });
        return negated_if(condition.negated, among ? Holds::yes : Holds::no);
    }
    case About::source:
    case About::destination: return holds_for_peer(condition, packet);
    case About::never: return negated_if(condition.negated, Holds::no);
    case About::unknown: return Holds::maybe;
    }
    return Holds::maybe;
}

Holds holds(const Rule& rule, const Packet& packet)
{
    auto all = Holds::yes;
    for (const auto& condition : rule.conditions)
        all = std::min(all, holds(condition, packet));
    return all;
}

class Walk {
public:
    Walk(const Fact& fact, Packet packet, OurRules ours) : fact_(&fact), packet_(std::move(packet)), ours_(ours) {}

    /// Each chain is walked once for each depth: jumps to the same one would double the work with every level.
    [[nodiscard]] unsigned through(const Chain& chain, int depth = 0)
    {
        const auto known = walked_.find({&chain, depth});
        if (known != walked_.end()) return known->second;
        const auto outcomes = outcomes_of(chain, depth);
        walked_.emplace(std::pair{&chain, depth}, outcomes);
        return outcomes;
    }

private:
    [[nodiscard]] unsigned outcomes_of(const Chain& chain, int depth)
    {
        unsigned possible = 0;
        for (const auto& rule : chain.rules) {
            if (ours_ == OurRules::do_not_count && is_ours(rule)) continue;
            const auto matches = holds(rule, packet_);
            if (matches == Holds::no) continue;
            const auto outcomes = of(chain, rule, depth);
            possible |= outcomes & ~goes_on;
            if (matches == Holds::yes && (outcomes & goes_on) == 0) return possible;
        }
        return possible | goes_back;
    }

    [[nodiscard]] unsigned of(const Chain& chain, const Rule& rule, int depth)
    {
        switch (rule.verdict) {
        case Verdict::none: return goes_on;
        case Verdict::accept: return accepted;
        case Verdict::drop: return dropped;
        case Verdict::leave: return goes_back;
        case Verdict::jump:
        case Verdict::go_to: break;
        }
        const auto* target = find(chain, rule.target);
        if (target == nullptr) return goes_on;
        if (depth >= deepest) return accepted | goes_on;
        const auto outcomes = through(*target, depth + 1);
        if ((outcomes & goes_back) == 0) return outcomes;
        return (outcomes & ~goes_back) | (rule.verdict == Verdict::jump ? goes_on : goes_back);
    }

    [[nodiscard]] const Chain* find(const Chain& from, const std::string& name) const
    {
        const auto found = std::ranges::find_if(fact_->chains, [&](const Chain& chain) {
            return chain.name == name && chain.table == from.table && chain.family == from.family &&
                   chain.program == from.program;
        });
        return found != fact_->chains.end() ? &*found : nullptr;
    }

    const Fact* fact_;
    Packet packet_;
    OurRules ours_;
    std::map<std::pair<const Chain*, int>, unsigned> walked_{};
};

bool concerns(const Chain& chain, const Opening& opening, const std::string& peer)
{
    if (chain.hook != (opening.way == Way::in ? "input" : "output")) return false;
    if (chain.family == "inet") return true;
    return chain.family == (is_six(peer) ? "ip6" : "ip");
}

std::string parsed(std::string_view text)
{
    std::string bytes(16, '\0');
    const std::string word{text};
    if (::inet_pton(AF_INET6, word.c_str(), bytes.data()) == 1) return bytes;
    bytes.resize(4);
    return ::inet_pton(AF_INET, word.c_str(), bytes.data()) == 1 ? bytes : std::string{};
}

std::string with_low_bits(std::string bytes, unsigned prefix, bool set)
{
    for (std::size_t bit = prefix; bit < bytes.size() * 8; ++bit) {
        const auto mask = static_cast<unsigned char>(0x80U >> (bit % 8));
        const auto now = static_cast<unsigned char>(bytes[bit / 8]);
        bytes[bit / 8] = static_cast<char>(set ? now | mask : now & ~mask);
    }
    return bytes;
}

}  // namespace

std::optional<AddressRange> address_range(std::string_view text)
{
    if (const auto dash = text.find('-'); dash != std::string_view::npos) {
        AddressRange range{parsed(text.substr(0, dash)), parsed(text.substr(dash + 1))};
        const bool is_range =
            !range.first.empty() && range.first.size() == range.last.size() && range.first <= range.last;
        return is_range ? std::optional{std::move(range)} : std::nullopt;
    }
    const auto slash = text.find('/');
    const auto bytes = parsed(text.substr(0, slash));
    if (bytes.empty()) return std::nullopt;
    const auto bits = static_cast<unsigned>(bytes.size() * 8);
    const auto prefix = slash == std::string_view::npos ? bits : one::to_number<unsigned>(text.substr(slash + 1));
    if (!prefix || *prefix > bits) return std::nullopt;
    return AddressRange{with_low_bits(bytes, *prefix, false), with_low_bits(bytes, *prefix, true)};
}

bool is_ours(const Rule& rule)
{
    return rule.comment.starts_with("onenode") || rule.target.find("onenode") != std::string::npos;
}

bool stops(const Fact& fact, const Chain& chain, const Opening& opening, const std::string& peer, OurRules ours)
{
    if (!concerns(chain, opening, peer)) return false;
    for (const int port : {opening.first_port, opening.last_port}) {
        const auto outcomes = Walk{fact, {opening.way, opening.protocol, port, bytes_of(peer)}, ours}.through(chain);
        const bool may_pass = (outcomes & accepted) != 0 || ((outcomes & goes_back) != 0 && !chain.drops);
        if (!may_pass) return true;
    }
    return false;
}

std::optional<Closed> closed(const Fact& fact, const Opening& opening, OurRules ours)
{
    Closed found{.opening = opening};
    found.opening.peers.clear();
    const auto peers = opening.peers.empty() ? std::vector<std::string>{{}} : opening.peers;
    for (const auto& peer : peers) {
        bool is_stopped = false;
        for (const auto& chain : fact.chains) {
            if (!stops(fact, chain, opening, peer, ours)) continue;
            is_stopped = true;
            if (std::ranges::find(found.chains, &chain) == found.chains.end()) found.chains.push_back(&chain);
        }
        if (is_stopped && !peer.empty()) found.opening.peers.push_back(peer);
    }
    if (found.chains.empty()) return std::nullopt;
    return found;
}

}  // namespace onenode::firewall
