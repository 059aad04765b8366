// AllowUsers, AllowGroups and their opposites: one list that leaves oneadmin out refuses the right key.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_patterns.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

// sshd -T prints an entry a line; several on one line are read as well.
std::vector<std::string> entries(const SshdSettings& settings, const std::string& keyword)
{
    std::vector<std::string> all;
    for (const auto& line : settings.values(keyword))
        for (auto& word : one::split_words(line))
            all.push_back(std::move(word));
    return all;
}

std::vector<std::string> groups_of_oneadmin(const HostView& host)
{
    const auto user = host.user(oneadmin::name);
    if (!user) return {std::string{oneadmin::name}};  // as it will be
    std::vector<std::string> names;
    for (const auto gid : user->groups)
        if (const auto group = host.group_by_id(gid)) names.push_back(group->name);
    return names;
}

class Lists {
public:
    Lists(const SshdSettings& settings, const HostView& host, std::string source) :
        settings_(&settings), groups_(groups_of_oneadmin(host)), source_(std::move(source))
    {
    }

    [[nodiscard]] bool user_stands_in(const std::string& keyword) const
    {
        return std::ranges::any_of(entries(*settings_, keyword), [this](const auto& entry) {
            return matches_user_entry(oneadmin::name, source_, entry);
        });
    }
    [[nodiscard]] bool group_stands_in(const std::string& keyword) const
    {
        const auto patterns = entries(*settings_, keyword);
        return std::ranges::any_of(groups_, [&patterns](const auto& group) {
            return std::ranges::any_of(patterns,
                                       [&group](const auto& pattern) { return matches_pattern(group, pattern); });
        });
    }
    [[nodiscard]] bool is_set(const std::string& keyword) const { return !entries(*settings_, keyword).empty(); }
    [[nodiscard]] bool misses_user() const { return is_set("allowusers") && !user_stands_in("allowusers"); }
    [[nodiscard]] bool misses_group() const { return is_set("allowgroups") && !group_stands_in("allowgroups"); }
    [[nodiscard]] bool deny_oneadmin() const { return user_stands_in("denyusers") || group_stands_in("denygroups"); }
    [[nodiscard]] std::vector<std::string> missing_lines() const
    {
        std::vector<std::string> lines;
        if (misses_user()) lines.emplace_back("AllowUsers oneadmin");
        if (misses_group()) lines.emplace_back("AllowGroups oneadmin");
        return lines;
    }
    [[nodiscard]] std::string text_of(const std::string& keyword) const
    {
        return one::join(entries(*settings_, keyword), " ");
    }

private:
    const SshdSettings* settings_;
    std::vector<std::string> groups_;
    std::string source_;
};

Findings judge(const Lists& lists, const HostView& host)
{
    if (lists.user_stands_in("denyusers"))
        return {error(fmt::format("sshd's DenyUsers ({}) names oneadmin", lists.text_of("denyusers")),
                      "grep -ri DenyUsers /etc/ssh/sshd_config*  # take oneadmin out there")};
    if (lists.group_stands_in("denygroups"))
        return {error(fmt::format("sshd's DenyGroups ({}) names a group of oneadmin", lists.text_of("denygroups")),
                      "grep -ri DenyGroups /etc/ssh/sshd_config*  # take the group out there")};

    std::vector<std::string> found;
    if (lists.misses_user()) found.push_back(fmt::format("AllowUsers ({})", lists.text_of("allowusers")));
    if (lists.misses_group()) found.push_back(fmt::format("AllowGroups ({})", lists.text_of("allowgroups")));
    if (found.empty()) return {};
    return {error(fmt::format("sshd's {} leaves oneadmin out", one::join(found, " and ")),
                  sshd_fix_for_oneadmin(host, lists.missing_lines()))};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string& source) {
        return judge(Lists{settings, host, source}, host);
    });
}

// Who is denied by name was denied on purpose, or by a list that only a person may shorten.
Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto source = login_sources(facts, context).front();
    return sshd_drop_in(facts, host, context, "allow", [&host, &source](const SshdSettings& settings) {
        const Lists lists{settings, host, source};
        return lists.deny_oneadmin() ? std::vector<std::string>{} : lists.missing_lines();
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
               "evaluates them for a login from the front-end, `Match` blocks included.",
    .without_it = "`Permission denied (publickey)`.",
    .mend = "a `Match User oneadmin` block, which changes nothing for others.",
};

}  // namespace onenode::checks
