// Docker and ufw drop what is forwarded; with br_netfilter this takes what guests' bridges carry along (F110).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

#include "common/text/words.hpp"
#include "nodeagent/firewall/nft_json.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

using nftables::Json;
using nftables::member;
using nftables::text_in;

// {"nftables": [{"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "hook": "forward", "policy": "drop"}}]}
std::string dropping_chain(const Json& answer)
{
    const auto& list = member(answer, "nftables");
    if (!list.is_array()) return {};
    for (const auto& entry : list) {
        const auto& chain = member(entry, "chain");
        const auto family = text_in(chain, "family");
        if (text_in(chain, "hook") == "forward" && text_in(chain, "policy") == "drop" &&
            (family == "ip" || family == "inet"))
            return fmt::format("{} {} {}", family, text_in(chain, "table"), text_in(chain, "name"));
    }
    return {};
}

enum class Loaded { yes, no, unknown };

// Asking nft would load the module where it is not loaded. One that is part of the kernel has no directory of its own.
Loaded is_loaded(const Facts& facts, const HostView& host)
{
    if (host.stat("/sys/module/nf_tables")) return Loaded::yes;
    const auto built_in = host.read(fmt::format("/lib/modules/{}/modules.builtin", facts.identity.kernel));
    if (!built_in) return Loaded::unknown;
    return built_in->find("/nf_tables.ko") != std::string::npos ? Loaded::yes : Loaded::no;
}

// The older kind of rules, where it is in use already.
bool legacy_drops(const HostView& host)
{
    const auto tables = one::split_lines(host.read("/proc/net/ip_tables_names").value_or(""));
    if (std::ranges::find(tables, "filter") == tables.end() || !host.find_program("iptables-legacy")) return false;
    const auto rules = host.look({.argv = {"iptables-legacy", "-S", "FORWARD"}});
    return rules && rules->out.starts_with("-P FORWARD DROP");
}

Finding dropped(const std::string& chain, std::string fix)
{
    return warning(fmt::format("chain {} drops what is forwarded, and bridged traffic of guests passes it", chain),
                   std::move(fix));
}

// At the end: security groups come first.
std::string with_iptables(std::string_view program)
{
    return fmt::format("{} -A FORWARD -m physdev --physdev-is-bridged -j ACCEPT  # for guests without security groups",
                       program);
}

// A chain of nft's own drops whatever iptables accepts.
std::string fix_for(const std::string& chain)
{
    if (chain == "ip filter FORWARD") return with_iptables("iptables");
    return fmt::format("nft 'add rule {} iifname \"br0\" oifname \"br0\" accept'  # for each bridge of guests", chain);
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    if (number_in(host, "/proc/sys/net/bridge/bridge-nf-call-iptables") != 1) return {};  // bridged traffic passes none
    if (legacy_drops(host)) return {dropped("FORWARD of iptables-legacy", with_iptables("iptables-legacy"))};
    const auto loaded = is_loaded(facts, host);
    if (loaded == Loaded::no) return {};
    if (loaded == Loaded::unknown)
        return not_checked("nobody knows whether nftables is loaded, and asking might load it", "nft list chains");
    const auto output = host.look({.argv = {"nft", "-j", "list", "chains"}, .output_limit = 1 << 20});
    if (!output || !output->ok()) return not_checked("nft does not tell its chains", "nft -j list chains");
    const auto answer = Json::parse(output->out, nullptr, false);
    if (answer.is_discarded()) return not_checked("nft does not tell its chains as JSON", "nft -j list chains");
    const auto chain = dropping_chain(answer);
    if (chain.empty()) return {};
    return {dropped(chain, fix_for(chain))};
}

}  // namespace

constinit const Check forward_drop{
    .id = "forward-drop",
    .title = "nothing drops what guests' bridges carry",
    .run = run,
    .severity = Severity::warning,
    .covers = "F110",
    .explain = "Whether a chain of nftables drops what is forwarded (Docker, ufw) while bridged frames pass it "
               "(`bridge-nf-call-iptables`).",
    .without_it = "VMs without network, though the bridge is right.",
    .mend = "let bridged traffic pass.",
};

}  // namespace onenode::checks
