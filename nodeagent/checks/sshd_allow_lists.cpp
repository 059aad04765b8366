// AllowUsers, AllowGroups and their opposites: one list that leaves oneadmin out refuses the right key.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/letters.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace onenode::checks {
namespace {

std::vector<std::string> groups_of_oneadmin(const HostView& host)
{
    const auto user = host.user(oneadmin::name);
    if (!user) return {std::string{oneadmin::name}};  // as it will be
    std::vector<std::string> names;
    for (const auto gid : user->groups)
        if (const auto group = host.group_by_id(gid)) names.push_back(group->name);
    return names;
}

struct Login {
    std::vector<std::string> groups{};
    std::string source{};
};

// "/etc/ssh/sshd_config.d/10-site.conf line 3": where somebody denied oneadmin on purpose.
std::string place_of_denial(const HostView& host, const Login& login)
{
    auto files = drop_ins(host, {"/etc/ssh/sshd_config.d"});
    files.emplace_back("/etc/ssh/sshd_config");
    for (const auto& file : files) {
        const auto lines = one::split_lines(host.read(file).value_or(""));
        for (std::size_t number = 1; number <= lines.size(); ++number) {
            std::string_view rest = lines[number - 1];
            const auto keyword = one::to_lower(one::take_word(rest));
            const SshdSettings alone{fmt::format("{} {}", keyword, rest)};
            if (steps::SshdLists{alone, login.groups, login.source}.deny_oneadmin())
                return fmt::format("{} line {}", file, number);
        }
    }
    return {};
}

Finding denied(const HostView& host, const Login& login, const std::string& said, std::string_view what)
{
    const auto place = place_of_denial(host, login);
    if (place.empty())
        return error(said, fmt::format("grep -ri '^ *Deny' /etc/ssh/sshd_config*  # take {} out there", what));
    return error(fmt::format("{}, in {}", said, place),
                 fmt::format("take {} out of {}, then: systemctl reload {}", what, place, ssh_unit(host)));
}

Findings judge(const SshdSettings& settings, const Login& login, const HostView& host, const CheckContext& context)
{
    const steps::SshdLists lists{settings, login.groups, login.source};
    if (lists.deny_user())
        return {denied(host, login, fmt::format("sshd's DenyUsers ({}) names oneadmin", lists.text_of("denyusers")),
                       "oneadmin")};
    if (lists.deny_group())
        return {denied(host, login,
                       fmt::format("sshd's DenyGroups ({}) names a group of oneadmin", lists.text_of("denygroups")),
                       "the group")};

    std::vector<std::string> found;
    if (lists.miss_user()) found.push_back(fmt::format("AllowUsers ({})", lists.text_of("allowusers")));
    if (lists.miss_group()) found.push_back(fmt::format("AllowGroups ({})", lists.text_of("allowgroups")));
    if (found.empty() || joining_mends(host, context)) return {};
    return {error(fmt::format("sshd's {} leaves oneadmin out", one::join(found, " and ")),
                  sshd_fix_for_oneadmin(host, steps::lines_for_lists(lists)))};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&](const SshdSettings& settings, const std::string& source) {
        return judge(settings, {groups_of_oneadmin(host), source}, host, context);
    });
}

// Who is denied by name was denied on purpose, or by a list that only a person may shorten.
Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto source = login_sources(facts, context).front();
    return sshd_drop_in(facts, host, context, "allow", [&host, &source](const SshdSettings& settings) {
        return steps::lines_for_lists({settings, groups_of_oneadmin(host), source});
    });
}

}  // namespace

constinit const Check sshd_allow_lists{
    .id = "sshd-allow-lists",
    .title = "no list of sshd keeps oneadmin out",
    .run = run,
    .fix = fix,
    .covers = "F14",
    .explain = "Whether `AllowUsers`, `AllowGroups`, `DenyUsers` or `DenyGroups` keep oneadmin out, as `sshd -T -C` "
               "evaluates them for a login from the front-end, `Match` blocks included. A join lets oneadmin in by "
               "itself where an allow list leaves it out; who denied it by name meant it.",
    .without_it = "`Permission denied (publickey)`.",
    .mend = "a `Match User oneadmin` block, which changes nothing for others.",
};

}  // namespace onenode::checks
