// Whatever OpenNebula's drivers leave in their configuration and in nftables is read, or refused with a reason.
#include "nodeagent/vnm/network_conf.hpp"
#include "nodeagent/vnm/ruleset.hpp"
#include "tests/fuzz/input.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto text = one::fuzz::text_of(data, size);
    for (const auto& entry : onenode::vnm::parse_network_conf(text).proxy)
        one::fuzz::must(!entry.service_port.empty() && !entry.address.empty() && !entry.port.empty());
    if (const auto rules = onenode::vnm::parse_ruleset(text, text); !rules)
        one::fuzz::must(!rules.error().reason.empty());
    return 0;
}
