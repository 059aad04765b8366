// What a person accepted, and what guests change of it.
#include "nodeagent/core/risks.hpp"

#include <algorithm>

namespace onenode {

std::vector<std::string> risks::lasting(std::vector<std::string> accepted)
{
    std::erase_if(accepted, [](const std::string& risk) { return risk != firewall; });
    return accepted;
}

bool risks::is_among(std::string_view risk, const std::vector<std::string>& accepted)
{
    return std::ranges::find(accepted, risk) != accepted.end();
}

bool accepts(const Facts& facts, std::string_view risk)
{
    return facts.accepted_risks.contains(std::string{risk});
}

bool may_restart_libvirt(const Facts& facts)
{
    return facts.libvirt.domains.empty() || accepts(facts, risks::restart_libvirt);
}

}  // namespace onenode
