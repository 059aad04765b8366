// Chains as `iptables -S` prints them: iptables(8). What we do not know becomes a condition that may hold.
#include "nodeagent/firewall/firewall.hpp"
#include "nodeagent/firewall/words.hpp"

#include "common/text/words.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace onenode::firewall {
namespace {

using Words = std::vector<std::string>;

// A comment with blanks stands in double quotes, with a backslash before what would end it.
Words words_of(std::string_view line)
{
    Words words;
    bool quoted = false;
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (c == ' ' && !quoted) {
            inside = false;
            continue;
        }
        if (!inside) words.emplace_back();
        inside = true;
        if (c == '"')
            quoted = !quoted;
        else if (c == '\\' && quoted && i + 1 < line.size())
            words.back() += line[++i];
        else
            words.back() += c;
    }
    return words;
}

std::vector<std::string> listed(std::string_view text)
{
    std::string blanks{text};
    std::ranges::replace(blanks, ',', ' ');
    return one::split_words(blanks);
}

Condition ports_among(std::string_view text)  // 22, 1:9, 80,443
{
    Condition found{.about = About::port};
    for (const auto& part : listed(text)) {
        const auto range = port_range(part, ':');
        if (!range) return {};
        found.ports.push_back(*range);
    }
    return found;
}

Condition addresses_among(About about, std::string_view text)
{
    const auto range = address_range(text);
    if (!range) return {};
    return {.about = about, .addresses = {*range}};
}

Condition of_option(std::string_view option, const std::string& value)
{
    if (option == "-s") return addresses_among(About::source, value);
    if (option == "-d") return addresses_among(About::destination, value);
    if (option == "-p") return {.about = About::protocol, .protocols = {value}};
    if (option == "--dport" || option == "--dports") return ports_among(value);
    if (option == "-i" || option == "-o") return {.about = is_inner(value) ? About::never : About::unknown};
    if (option == "--ctstate" || option == "--state") {
        const auto states = listed(value);
        return {.about = About::never, .negated = std::ranges::find(states, "NEW") != states.end()};
    }
    return {};
}

Verdict verdict_of(std::string_view target)
{
    constexpr std::array known{std::pair{std::string_view{"ACCEPT"}, Verdict::accept},
                               std::pair{std::string_view{"DROP"}, Verdict::drop},
                               std::pair{std::string_view{"REJECT"}, Verdict::drop},
                               std::pair{std::string_view{"RETURN"}, Verdict::leave},
                               std::pair{std::string_view{"QUEUE"}, Verdict::accept},
                               std::pair{std::string_view{"NFQUEUE"}, Verdict::accept}};
    for (const auto& [name, verdict] : known)
        if (name == target) return verdict;
    return Verdict::jump;  // where there is no such chain (LOG, MARK), nothing comes of it
}

// "-A INPUT ! -s 10.0.0.0/8 -p tcp -m tcp --dport 22 -j ACCEPT", from the third word on
Rule rule_of(const Words& words)
{
    Rule rule;
    bool negated = false;
    for (std::size_t i = 2; i < words.size(); ++i) {
        const auto& word = words[i];
        if (word == "!") {
            negated = true;
            continue;
        }
        const bool has_value = i + 1 < words.size() && !words[i + 1].starts_with('-') && words[i + 1] != "!";
        const std::string value = has_value ? words[++i] : std::string{};
        if (word == "-j" || word == "-g") {
            rule.verdict = verdict_of(value);
            if (rule.verdict == Verdict::jump) rule.target = value;
            if (word == "-g") rule.verdict = Verdict::go_to;
            break;  // what follows is the target's own
        }
        if (word == "--comment")
            rule.comment = value;
        else if (word != "-m") {
            auto condition = of_option(word, value);
            if (negated && condition.about != About::unknown) condition.negated = !condition.negated;
            rule.conditions.push_back(std::move(condition));
        }
        negated = false;
    }
    return rule;
}

std::string hook_of(std::string_view name)
{
    if (name == "INPUT") return "input";
    return name == "OUTPUT" ? "output" : "forward";
}

Keeper keeper_of(const Chain& chain)
{
    const auto jumps_to = [&chain](std::string_view prefix) {
        return std::ranges::any_of(chain.rules, [prefix](const Rule& rule) { return rule.target.starts_with(prefix); });
    };
    if (jumps_to("ufw-before-") || jumps_to("ufw6-before-")) return Keeper::ufw;
    return jumps_to("INPUT_ZONES") || jumps_to("INPUT_direct") || jumps_to("OUTPUT_direct") ? Keeper::firewalld
                                                                                            : Keeper::nobody;
}

}  // namespace

std::vector<Chain> read_iptables(std::string_view text, std::string_view program, std::string_view family)
{
    std::vector<Chain> chains;
    std::map<std::string, std::size_t> places;
    for (const auto& line : one::split_lines(text)) {
        const auto words = words_of(line);
        if (words.size() < 2) continue;
        if (words[0] == "-P" || words[0] == "-N") {
            places[words[1]] = chains.size();
            chains.push_back({.program = std::string{program},
                              .family = std::string{family},
                              .table = "filter",
                              .name = words[1],
                              .hook = words[0] == "-P" ? hook_of(words[1]) : "",
                              .drops = words.size() > 2 && words[2] == "DROP"});
        } else if (const auto owner = places.find(words[1]); words[0] == "-A" && owner != places.end()) {
            chains[owner->second].rules.push_back(rule_of(words));
        }
    }
    for (auto& chain : chains)
        chain.keeper = keeper_of(chain);
    return chains;
}

}  // namespace onenode::firewall
