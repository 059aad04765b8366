// What nft and iptables are told so that our rules stand beside theirs, or go.
#include "nodeagent/firewall/rules.hpp"
#include "nodeagent/firewall/words.hpp"

#include "common/text/encoding.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::firewall {
namespace {

// Of a command: the kernel takes 128 KiB, and a zone has thousands of nodes.
constexpr std::size_t longest_word = 100'000;

std::string ours_beside(const Chain& chain)
{
    return "onenode-" + chain.name;
}

/// By the comment of the jump we know later what our chain says.
std::string mark_of(const std::vector<std::string>& rules)
{
    constexpr std::size_t digits = 8;
    return "onenode " + one::to_hex(one::sha256(one::join(rules, "\n"))).substr(0, digits);
}

struct Standing {  // of ours, in this chain and beside it
    std::vector<const Rule*> jumps{};
    const Chain* chain = nullptr;
};

Standing standing(const Fact& fact, const Chain& chain)
{
    Standing found;
    for (const auto& rule : chain.rules)
        if (rule.target == ours_beside(chain)) found.jumps.push_back(&rule);
    for (const auto& other : fact.chains)
        if (other.name == ours_beside(chain) && other.table == chain.table && other.family == chain.family &&
            other.program == chain.program)
            found.chain = &other;
    return found;
}

Openings stopped_by(const Fact& fact, const Chain& chain, const Openings& openings)
{
    Openings stopped;
    for (const auto& opening : openings) {
        auto closed = opening;
        std::erase_if(closed.peers, [&](const std::string& peer) {
            return !stops(fact, chain, opening, peer, OurRules::do_not_count);
        });
        if (!closed.peers.empty()) stopped.push_back(std::move(closed));
    }
    return stopped;
}

/// All of it, and nothing else: `nft flush chain` and `iptables -F` leave chain and jump as they were.
bool stand(const Standing& now, const std::string& mark, std::size_t rules)
{
    return now.chain != nullptr && now.jumps.size() == 1 && now.jumps.front()->comment == mark &&
           now.chain->rules.size() == rules &&
           std::ranges::all_of(now.chain->rules, [](const Rule& rule) { return rule.verdict == Verdict::accept; });
}

// nft puts a blank between its words and reads them as one, whatever their number.
Argv nft_reads(std::string_view script)
{
    Argv argv{"nft"};
    while (script.size() > longest_word) {
        const auto blank = script.rfind(' ', longest_word);
        argv.emplace_back(script.substr(0, blank));
        script.remove_prefix(blank + 1);
    }
    argv.emplace_back(script);
    return argv;
}

// One transaction: either all of it counts from one packet to the next, or nothing.
std::vector<Argv> with_nft(const Chain& chain, const Standing& now, const Openings& wanted)
{
    std::vector<std::string> rules;
    for (const auto& opening : wanted)
        std::ranges::move(nft_rules(opening), std::back_inserter(rules));
    const auto mark = mark_of(rules);
    if (!wanted.empty() && stand(now, mark, rules.size())) return {};

    const auto ours = nft_place(chain, ours_beside(chain));
    std::vector<std::string> script;
    for (const auto* jump : now.jumps)
        script.push_back(fmt::format("delete rule {} handle {}", nft_place(chain, chain.name), jump->handle));
    if (now.chain != nullptr) script.push_back("flush chain " + ours);
    if (wanted.empty()) {
        if (now.chain != nullptr) script.push_back("delete chain " + ours);
    } else {
        if (now.chain == nullptr) script.push_back("add chain " + ours);
        for (const auto& rule : rules)
            script.push_back(fmt::format("add rule {} {}", ours, rule));
        script.push_back(fmt::format("insert rule {} jump {} comment \"{}\"", nft_place(chain, chain.name),
                                     ours_beside(chain), mark));
    }
    if (script.empty()) return {};
    return {nft_reads(one::join(script, "; "))};
}

// iptables goes through its rules one by one, so only the first packet of a connection is led to ours.
Argv iptables_jump(const Chain& chain, const char* verb, const std::string& mark)
{
    return {chain.program, "-w", verb,      chain.name,  "-m", "conntrack", "--ctstate",
            "NEW",         "-m", "comment", "--comment", mark, "-j",        ours_beside(chain)};
}

/// Each of so many peers that their addresses fit into one word.
Openings in_parts(const Opening& opening)
{
    constexpr std::size_t longest_address = 46;
    constexpr std::size_t most = longest_word / longest_address;
    auto empty = opening;
    empty.peers.clear();
    Openings parts{empty};
    for (const auto& peer : opening.peers) {
        if (parts.back().peers.size() == most) parts.push_back(empty);
        parts.back().peers.push_back(peer);
    }
    return parts;
}

// The jump comes last and goes first: what our chain says counts as a whole.
std::vector<Argv> with_iptables(const Chain& chain, const Standing& now, const Openings& wanted)
{
    std::vector<Argv> rules;
    std::vector<std::string> lines;
    std::size_t kept = 0;  // iptables makes a rule of each peer
    for (const auto& opening : wanted) {
        for (const auto& part : in_parts(opening)) {
            rules.push_back(iptables_words(part));
            lines.push_back(one::join(rules.back(), " "));
        }
        kept += std::max<std::size_t>(opening.peers.size(), 1);
    }
    const auto mark = mark_of(lines);
    if (!wanted.empty() && stand(now, mark, kept)) return {};

    const auto ours = ours_beside(chain);
    std::vector<Argv> commands;
    for (const auto* jump : now.jumps)
        commands.push_back(iptables_jump(chain, "-D", jump->comment));
    if (now.chain != nullptr) commands.push_back({chain.program, "-w", "-F", ours});
    if (wanted.empty()) {
        if (now.chain != nullptr) commands.push_back({chain.program, "-w", "-X", ours});
        return commands;
    }
    if (now.chain == nullptr) commands.push_back({chain.program, "-w", "-N", ours});
    for (const auto& rule : rules) {
        Argv command{chain.program, "-w", "-A", ours};
        command.insert(command.end(), rule.begin(), rule.end());
        commands.push_back(std::move(command));
    }
    commands.push_back(iptables_jump(chain, "-I", mark));
    return commands;
}

}  // namespace

std::vector<std::vector<Argv>> commands_left(const Fact& fact, const Openings& openings)
{
    std::vector<std::vector<Argv>> groups;
    for (const auto& chain : fact.chains) {
        if ((chain.hook != "input" && chain.hook != "output") || chain.keeper != Keeper::nobody) continue;
        const auto wanted = stopped_by(fact, chain, openings);
        const auto now = standing(fact, chain);
        auto commands = chain.program.empty() ? with_nft(chain, now, wanted) : with_iptables(chain, now, wanted);
        if (!commands.empty()) groups.push_back(std::move(commands));
    }
    return groups;
}

}  // namespace onenode::firewall
