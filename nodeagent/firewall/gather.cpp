// Asks nftables and iptables for their rules, where asking loads no module.
#include "nodeagent/firewall/firewall.hpp"

#include "common/text/words.hpp"
#include "nodeagent/firewall/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::firewall {
namespace {

constexpr std::size_t longest_answer = 2U << 20;  // the agent may take no more than some 60 MB

enum class Loaded { yes, no, unknown };

// Asking nft would load the module where it is not loaded. One that is part of the kernel has no directory of its own.
Loaded nftables(const HostView& host)
{
    if (host.stat("/sys/module/nf_tables")) return Loaded::yes;
    if (host.stat("/proc/sys/kernel") && !host.stat("/proc/modules")) return Loaded::yes;  // none can be loaded
    const auto kernel = std::string{one::trim(host.read("/proc/sys/kernel/osrelease").value_or(""))};
    const auto built_in = host.read(fmt::format("/lib/modules/{}/modules.builtin", kernel));
    if (!built_in) return Loaded::unknown;
    return built_in->find("/nf_tables.ko") != std::string::npos ? Loaded::yes : Loaded::no;
}

std::string complaint(const Result<CommandOutput>& output)
{
    if (!output) return one::to_line(output.error());
    return complaint_of(*output);
}

void add(Fact& fact, std::vector<Chain> chains)
{
    std::ranges::move(chains, std::back_inserter(fact.chains));
}

bool is_iptables(const Chain& chain, std::string_view family)
{
    return chain.program.empty() && chain.family == family && chain.table == "filter";
}

void take_iptables(const HostView& host, Fact& fact, const std::string& program, std::string_view family)
{
    const auto output = host.look({.argv = {program, "-S"}, .output_limit = longest_answer});
    if (!output || !output->ok()) return;  // a table that iptables does not understand is nft's own
    std::erase_if(fact.chains, [family](const Chain& chain) { return is_iptables(chain, family); });
    add(fact, read_iptables(output->out, program, family));
}

void ask_nft(const HostView& host, Fact& fact)
{
    const auto loaded = nftables(host);
    if (loaded == Loaded::no) return;
    if (loaded == Loaded::unknown) {
        fact.problem = "nobody knows whether nftables is loaded, and asking might load it";
        return;
    }
    if (!host.find_program("nft")) {
        take_iptables(host, fact, "iptables-nft", "ip");
        take_iptables(host, fact, "ip6tables-nft", "ip6");
        if (fact.chains.empty()) fact.problem = "nft is not installed, so nftables' rules are not known";
        return;
    }
    const auto output = host.look({.argv = {"nft", "-j", "list", "ruleset"}, .output_limit = longest_answer});
    if (!output || !output->ok()) {
        fact.problem = std::string{nft_is_silent} + complaint(output);
        return;
    }
    if (auto chains = read_nft(output->out))
        add(fact, *std::move(chains));
    else
        fact.problem = one::to_line(chains.error());
}

std::optional<std::string> first_program(const HostView& host, std::initializer_list<std::string> names)
{
    for (const auto& name : names)
        if (host.find_program(name)) return name;
    return std::nullopt;
}

// Matches of iptables' are not to be read in nft's words, and tables of theirs are theirs to write.
void ask_iptables(const HostView& host, Fact& fact, const std::string& program, std::string_view family)
{
    const bool in_use = std::ranges::any_of(fact.chains, [family](const Chain& chain) {
        return is_iptables(chain, family) && (chain.name == "INPUT" || chain.name == "OUTPUT");
    });
    if (!in_use) return;
    if (const auto found = first_program(host, {program + "-nft", program})) take_iptables(host, fact, *found, family);
}

void ask_legacy(const HostView& host, Fact& fact, const std::string& program, std::string_view family,
                std::string_view names)
{
    const auto tables = one::split_lines(host.read(names).value_or(""));
    if (std::ranges::find(tables, "filter") == tables.end()) return;
    const auto found = first_program(host, {program + "-legacy", program});
    if (!found) return;
    const auto output = host.look({.argv = {*found, "-S"}, .output_limit = longest_answer});
    if (output && output->ok()) add(fact, read_iptables(output->out, *found, family));
}

}  // namespace

Fact gather(const HostView& host)
{
    Fact fact;
    ask_nft(host, fact);
    ask_iptables(host, fact, "iptables", "ip");
    ask_iptables(host, fact, "ip6tables", "ip6");
    ask_legacy(host, fact, "iptables", "ip", "/proc/net/ip_tables_names");
    ask_legacy(host, fact, "ip6tables", "ip6", "/proc/net/ip6_tables_names");
    return fact;
}

}  // namespace onenode::firewall
