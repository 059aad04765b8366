// Images and migrations go from node to node with the front-end's key, which travels by agent forwarding.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        std::vector<std::string> wanted;
        if (settings.value("allowagentforwarding") == "no") wanted.emplace_back("AllowAgentForwarding yes");
        if (settings.value("disableforwarding") == "yes") wanted.emplace_back("DisableForwarding no");
        if (wanted.empty()) return {};
        return {warning(
            "sshd does not forward the front-end's key: monitoring will work, copies of images and migrations will not",
            sshd_fix_for_oneadmin(host, wanted))};
    });
}

}  // namespace

constinit const Check sshd_agent_forwarding{"sshd-agent-forwarding", "sshd forwards the front-end's key", run};

}  // namespace onenode::checks
