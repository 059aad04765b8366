// Drivers run their own commands; a forced one, or a jail without them, answers with something else.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        std::string found;
        std::vector<std::string> wanted;
        for (const auto& [keyword, name] :
             {std::pair{"forcecommand", "ForceCommand"}, std::pair{"chrootdirectory", "ChrootDirectory"}}) {
            const auto value = settings.value(keyword);
            if (value.empty() || value == "none") continue;
            found += fmt::format("{}{} {}", found.empty() ? "" : ", ", name, value);
            wanted.push_back(fmt::format("{} none", name));
        }
        if (found.empty()) return {};
        return {error(fmt::format("sshd does not run the commands that drivers send ({})", found),
                      sshd_fix_for_oneadmin(host, wanted))};
    });
}

}  // namespace

constinit const Check sshd_force_command{"sshd-force-command", "sshd runs the commands that drivers send", run};

}  // namespace onenode::checks
