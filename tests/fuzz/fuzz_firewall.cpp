// Whatever nft or iptables list: the rules are judged, and what would be run stays ours and of few words.
#include "nodeagent/firewall/rules.hpp"
#include "tests/fuzz/input.hpp"

#include <algorithm>

namespace fw = onenode::firewall;

namespace {

fw::Openings openings()
{
    return {{.first_port = 22, .last_port = 22, .peers = {"10.0.0.1", "fd00::1"}},
            {.protocol = "udp", .first_port = 8472, .last_port = 8472},
            {.way = fw::Way::out, .first_port = 4124, .last_port = 4124, .peers = {"10.0.0.1"}}};
}

void judge(const fw::Fact& fact)
{
    for (const auto& opening : openings()) {
        const auto closed = fw::closed(fact, opening, fw::OurRules::count);
        if (!closed) continue;
        one::fuzz::must(!closed->chains.empty());
        one::fuzz::must(!fw::command_to_open(*closed).empty());
    }
    for (const auto& group : fw::commands_left(fact, openings()))
        for (const auto& argv : group)
            one::fuzz::must(!argv.empty() && !argv.front().empty());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    judge({.chains = fw::read_iptables(text, "iptables-nft", "ip"), .problem = {}});
    if (auto chains = fw::read_nft(text)) judge({.chains = *std::move(chains), .problem = {}});
    const auto read = fw::read_openings(text);
    one::fuzz::must(fw::read_openings(fw::to_text(read)) == read);
    if (const auto range = fw::address_range(text))
        one::fuzz::must(range->first.size() == range->last.size() && range->first <= range->last);
    return 0;
}
