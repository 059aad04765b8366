// The front-end opens many short sessions at once; hardening guides take away what OpenSSH allows by itself (F22).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

// OpenSSH's own values, with which a hypervisor gets along: only what is stricter is told.
constexpr long long usual_start = 10;
constexpr long long usual_full = 100;

bool is_stricter(
    const std::string& startups)  // start:rate:full, after how many unauthenticated ones others are dropped
{
    const auto start = number_of(startups);
    const auto full = number_of(std::string_view{startups}.substr(startups.rfind(':') + 1));
    return (start && *start < usual_start) || (full && *full < usual_full);
}

// In OpenSSH 9.2 the last of several lines counted, not the first: an addition would change nothing.
std::string back_to_usual(const HostView& host)
{
    return fmt::format("grep -rlsi '^ *MaxStartups' /etc/ssh/sshd_config /etc/ssh/sshd_config.d | xargs sed -i "
                       "'/^ *MaxStartups/Id' && systemctl restart {}",
                       ssh_unit(host));
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&](const SshdSettings& settings, const std::string&) -> Findings {
        Findings findings;
        if (const auto startups = settings.value("maxstartups"); is_stricter(startups))
            findings.push_back(
                warning(fmt::format("sshd drops logins when many come at once (MaxStartups {})", startups),
                        back_to_usual(host), "logins"));
        const auto lines = steps::lines_for_sessions(settings);
        if (!lines.empty() && !joining_mends(host, context))
            findings.push_back(
                warning(fmt::format("sshd allows {0} sessions in a connection, and the front-end shares connections "
                                    "(MaxSessions {0})",
                                    settings.value("maxsessions")),
                        sshd_fix_for_oneadmin(host, lines), "sessions"));
        return findings;
    });
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return sshd_drop_in(facts, host, context, "sessions", steps::lines_for_sessions);
}

}  // namespace

constinit const Check sshd_max_startups{
    .id = "sshd-max-startups",
    .title = "sshd takes as many logins as it would by itself",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .object = "<logins|sessions>",
    .covers = "F22",
    .explain = "Whether sshd takes as many logins and sessions as OpenSSH does by itself (`MaxStartups 10:30:100`, "
               "`MaxSessions 10`); hardening guides ask for less.",
    .without_it = "random errors when many VMs start.",
    .mend = "OpenSSH's own limit.",
};

}  // namespace onenode::checks
