// Drivers run their own commands; a forced one, or a jail without them, answers with something else.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

std::vector<std::pair<std::string, std::string>> hindrances(const SshdSettings& settings)
{
    std::vector<std::pair<std::string, std::string>> found;
    for (const auto& [keyword, name] :
         {std::pair{"forcecommand", "ForceCommand"}, std::pair{"chrootdirectory", "ChrootDirectory"}})
        if (auto value = settings.value(keyword); !value.empty() && value != "none")
            found.emplace_back(name, std::move(value));
    return found;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        std::string found;
        std::vector<std::string> wanted;
        for (const auto& [name, value] : hindrances(settings)) {
            found += fmt::format("{}{} {}", found.empty() ? "" : ", ", name, value);
            wanted.push_back(fmt::format("{} none", name));
        }
        if (found.empty()) return {};
        return {error(fmt::format("sshd does not run the commands that drivers send ({})", found),
                      sshd_fix_for_oneadmin(host, wanted))};
    });
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return sshd_drop_in(facts, host, context, "commands", [](const SshdSettings& settings) {
        std::vector<std::string> wanted;
        for (const auto& [name, value] : hindrances(settings))
            wanted.push_back(fmt::format("{} none", name));
        return wanted;
    });
}

}  // namespace

constinit const Check sshd_force_command{
    .id = "sshd-force-command",
    .title = "sshd runs the commands that drivers send",
    .run = run,
    .fix = fix,
    .covers = "F19",
    .explain = "Whether sshd runs the commands that drivers send, or a forced one, or jails them (`ForceCommand`, "
               "`ChrootDirectory`).",
    .without_it = "`Could not update remotes`: something else runs than what drivers sent.",
    .mend = "a `Match User oneadmin` block.",
};

}  // namespace onenode::checks
