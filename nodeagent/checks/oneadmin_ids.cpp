// uid and gid 9869 are oneadmin's on every machine of a cloud: shared storage knows owners by number only.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

const User* holder_of_uid(const Facts& facts)
{
    const auto found =
        std::ranges::find_if(facts.users, [](const auto& entry) { return entry.second.uid == oneadmin::id; });
    return found != facts.users.end() ? &found->second : nullptr;
}

const Group* holder_of_gid(const Facts& facts)
{
    const auto found =
        std::ranges::find_if(facts.groups, [](const auto& entry) { return entry.second.gid == oneadmin::id; });
    return found != facts.groups.end() ? &found->second : nullptr;
}

template <class IsTaken>
std::uint32_t free_number(const IsTaken& is_taken)
{
    std::uint32_t number = oneadmin::id + 1;
    while (is_taken(number) && number < oneadmin::id + 1000)
        ++number;
    return number;
}

Findings run_taken(const Facts& facts, const HostView& host, const CheckContext&)
{
    Findings findings;
    if (const User* user = holder_of_uid(facts); user != nullptr && user->name != oneadmin::name)
        findings.push_back(
            error(fmt::format("uid {} belongs to {}, and oneadmin needs it", oneadmin::id, user->name),
                  fmt::format("usermod --uid {} {} && find / -xdev -uid {} -exec chown -h {} {{}} +",
                              free_number([&host](std::uint32_t uid) { return host.user_by_id(uid).has_value(); }),
                              user->name, oneadmin::id, user->name),
                  "uid"));
    if (const Group* group = holder_of_gid(facts); group != nullptr && group->name != oneadmin::name)
        findings.push_back(
            error(fmt::format("gid {} belongs to {}, and oneadmin needs it", oneadmin::id, group->name),
                  fmt::format("groupmod --gid {} {} && find / -xdev -gid {} -exec chgrp -h {} {{}} +",
                              free_number([&host](std::uint32_t gid) { return host.group_by_id(gid).has_value(); }),
                              group->name, oneadmin::id, group->name),
                  "gid"));
    return findings;
}

struct Busy {              // usermod refuses an account that has processes
    bool session = false;  // systemd's own, which lingers after a login
    std::vector<std::string> processes{};
};

Busy busy_with(const HostView& host, std::uint32_t uid)
{
    Busy busy;
    const auto processes = host.processes().value_or(std::vector<Process>{});
    for (const auto& process : processes) {
        if (process.uid != uid || process.argv.empty()) continue;
        const std::string_view name = process.argv[0];
        if (name.ends_with("/systemd") || name == "(sd-pam)")
            busy.session = true;
        else if (busy.processes.size() < 5)
            busy.processes.push_back(fmt::format("{} ({})", process.pid, name));
    }
    return busy;
}

// The commands in the order in which they work; shadow's tools refuse a number that is still taken.
std::string renumber(const HostView& host, const User* user, const Group* group, const Busy& busy)
{
    std::vector<std::string> commands;
    if (busy.session) commands.push_back(fmt::format("systemctl stop user@{}.service", user->uid));
    if (group == nullptr)
        commands.emplace_back("groupadd --gid 9869 oneadmin");
    else if (group->gid != oneadmin::id)
        commands.emplace_back("groupmod --gid 9869 oneadmin");
    if (user != nullptr) {
        commands.emplace_back("usermod --uid 9869 --gid 9869 oneadmin");
        if (user->uid != oneadmin::id)
            commands.push_back(fmt::format("find / -xdev -uid {} -exec chown -h 9869 {{}} +", user->uid));
    }
    if (group != nullptr && group->gid != oneadmin::id)
        commands.push_back(fmt::format("find / -xdev -gid {} -exec chgrp -h 9869 {{}} +", group->gid));
    if (is_libvirt_installed(host))
        commands.push_back(
            fmt::format("systemctl try-restart {}", libvirt_daemon(host)));  // it looked up QEMU's user once
    return fmt::format("{}", fmt::join(commands, " && "));
}

Findings run_ids(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    const Group* group = facts.group(oneadmin::name);
    const bool user_right = user == nullptr || (user->uid == oneadmin::id && user->gid == oneadmin::id);
    const bool group_right = group == nullptr || group->gid == oneadmin::id;
    if (user_right && group_right) return {};

    std::string found =
        user != nullptr ? fmt::format("uid {} and gid {}", user->uid, user->gid) : fmt::format("gid {}", group->gid);
    std::string message = fmt::format(
        "oneadmin has {}; both must be {} as on the front-end, or shared disks are unreadable", found, oneadmin::id);
    const Busy busy = user_right || user == nullptr ? Busy{} : busy_with(host, user->uid);
    if (!busy.processes.empty())
        message += fmt::format(". End its processes first: {}", fmt::join(busy.processes, ", "));
    return {error(std::move(message), renumber(host, user, group, busy))};
}

}  // namespace

constinit const Check oneadmin_id_taken{
    .id = "oneadmin-id-taken",
    .title = "uid and gid 9869 are free or oneadmin's",
    .run = run_taken,
    .object = "<uid|gid>",
    .covers = "F02",
    .explain = "Whether somebody else has uid or gid 9869.",
    .without_it = "the account cannot be created with the ids the front-end has.",
    .mend = "give the other account a free number (one is proposed) and its files back.",
};
constinit const Check oneadmin_uid{
    .id = "oneadmin-uid",
    .title = "oneadmin, if it exists, has uid and gid 9869",
    .run = run_ids,
    .covers = "F01",
    .explain = "Whether an existing `oneadmin` has uid and gid 9869, as OpenNebula's packages have it on every "
               "machine. Shared storage knows owners by number. Nothing is renumbered silently.",
    .without_it = "`Permission denied` on disks, on one host and not on another.",
    .mend = "the exact `groupmod`, `usermod` and `chown` commands; end the account's processes first.",
};

}  // namespace onenode::checks
