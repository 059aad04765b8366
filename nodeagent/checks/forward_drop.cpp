// Docker and ufw drop what is forwarded; with br_netfilter this takes what guests' bridges carry along (F110).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace onenode::checks {
namespace {

using Json = nlohmann::json;

std::string text_in(const Json& json, const char* name)
{
    const auto found = json.find(name);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// {"nftables": [{"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "hook": "forward", "policy": "drop"}}]}
std::string dropping_chain(const Json& answer)
{
    const auto list = answer.is_object() ? answer.find("nftables") : answer.end();
    if (list == answer.end() || !list->is_array()) return {};
    for (const auto& entry : *list) {
        const auto chain = entry.is_object() ? entry.find("chain") : entry.end();
        if (chain == entry.end() || !chain->is_object()) continue;
        const auto family = text_in(*chain, "family");
        if (text_in(*chain, "hook") == "forward" && text_in(*chain, "policy") == "drop" &&
            (family == "ip" || family == "inet"))
            return fmt::format("{} {} {}", family, text_in(*chain, "table"), text_in(*chain, "name"));
    }
    return {};
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    // without both modules nothing is dropped, and asking would load one
    if (number_in(host, "/proc/sys/net/bridge/bridge-nf-call-iptables") != 1 || !host.stat("/sys/module/nf_tables"))
        return {};
    const auto output = host.look({.argv = {"nft", "-j", "list", "chains"}, .output_limit = 1 << 20});
    if (!output || !output->ok()) return not_checked("nft does not tell its chains", "nft -j list chains");
    const auto answer = Json::parse(output->out, nullptr, false);
    if (answer.is_discarded()) return not_checked("nft does not tell its chains as JSON", "nft -j list chains");
    const auto chain = dropping_chain(answer);
    if (chain.empty()) return {};
    return {
        warning(fmt::format("chain {} drops what is forwarded, and bridged traffic of guests passes it", chain),
                "iptables -A FORWARD -m physdev --physdev-is-bridged -j ACCEPT  # for guests without security groups")};
}

}  // namespace

constinit const Check forward_drop{"forward-drop", "nothing drops what guests' bridges carry", run};

}  // namespace onenode::checks
