// Who is let in and out here: the chains that decide it, and what they say to the first packet of a connection.
//
// Judged in favour of the firewall: a condition that we do not know may hold or not, and only what no reading of the
// rules lets pass is closed. So nothing is opened, and nobody is blamed, on a guess.
#pragma once

#include "nodeagent/host/host.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace onenode::firewall {

enum class Way { in, out };

struct Opening {  // what has to pass, and between whom
    Way way = Way::in;
    std::string protocol = "tcp";
    int first_port = 0;
    int last_port = 0;
    std::vector<std::string> peers{};  // addresses of the other end; empty: anybody
    bool operator==(const Opening&) const = default;
};
using Openings = std::vector<Opening>;

struct AddressRange {  // bytes in network order: 4 or 16 of them, so they compare as the addresses do
    std::string first{};
    std::string last{};
    bool operator==(const AddressRange&) const = default;
};

enum class About { protocol, port, source, destination, never, unknown };

struct Condition {
    About about = About::unknown;
    bool negated = false;
    std::vector<std::string> protocols{};
    std::vector<std::pair<int, int>> ports{};
    std::vector<AddressRange> addresses{};
    bool operator==(const Condition&) const = default;
};

enum class Verdict { none, accept, drop, leave, jump, go_to };

struct Rule {
    std::vector<Condition> conditions{};
    Verdict verdict = Verdict::none;
    std::string target{};  // of jump and go_to
    std::string comment{};
    std::string handle{};  // by which nft names it
    bool operator==(const Rule&) const = default;
};

enum class Keeper { nobody, firewalld, ufw };  // who writes a chain anew, and has to be asked

struct Chain {
    std::string program{};  // iptables-nft, ip6tables-legacy...: who has to write here; empty: nft
    std::string family{};   // ip, ip6, inet
    std::string table{};
    std::string name{};
    std::string hook{};  // input, output, forward; empty: other chains jump here
    bool drops = false;  // what no rule decides
    Keeper keeper = Keeper::nobody;
    std::vector<Rule> rules{};
    bool operator==(const Chain&) const = default;
};

struct Fact {
    std::vector<Chain> chains{};
    std::string problem{};  // why nobody knows; empty where all was told
    bool operator==(const Fact&) const = default;
};

/// What `nft -j list ruleset` and `iptables -S` say; nothing is loaded by the question.
Fact gather(const HostView& host);

Result<std::vector<Chain>> read_nft(std::string_view json);
std::vector<Chain> read_iptables(std::string_view text, std::string_view program, std::string_view family);

/// "10.0.0.0/8", "10.0.0.1-10.0.0.9", "fd00::1"
std::optional<AddressRange> address_range(std::string_view text);

enum class OurRules { count, do_not_count };

struct Closed {
    Opening opening{};  // with those peers alone that do not get through
    std::vector<const Chain*> chains{};
};
/// Nothing where it passes, or may.
std::optional<Closed> closed(const Fact& fact, const Opening& opening, OurRules ours);
/// The peers of an opening that this one chain stops; an opening for anybody is in it or not.
bool stops(const Fact& fact, const Chain& chain, const Opening& opening, const std::string& peer, OurRules ours);
/// Of the steps, of others through our name: "onenode-input", comment "onenode 1a2b3c4d".
bool is_ours(const Rule& rule);

}  // namespace onenode::firewall
