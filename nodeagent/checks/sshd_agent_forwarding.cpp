// Images and migrations go from node to node with the front-end's key, which travels by agent forwarding.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (joining_mends(host, context)) return left_to_join();
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        const auto wanted = steps::lines_for_forwarding(settings);
        if (wanted.empty()) return {};
        return {warning(
            "sshd does not forward the front-end's key: monitoring will work, copies of images and migrations will not",
            sshd_fix_for_oneadmin(host, wanted))};
    });
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return sshd_drop_in(facts, host, context, "forwarding", steps::lines_for_forwarding);
}

}  // namespace

constinit const Check sshd_agent_forwarding{
    .id = "sshd-agent-forwarding",
    .title = "sshd forwards the front-end's key",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F20",
    .explain = "Whether sshd forwards the front-end's key. Images and migrations travel from node to node with it.",
    .without_it = "monitoring is fine, the first VM fails in PROLOG.",
    .mend = "a `Match User oneadmin` block.",
};

}  // namespace onenode::checks
