// Takes accounts back: a user that we made goes, unless files or processes on this machine still belong to it.
#include "nodeagent/core/undo_change.hpp"

#include "nodeagent/core/before.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace onenode {
namespace {

constexpr std::size_t entries_looked_at = 20'000;
constexpr std::size_t depth_looked_at = 8;
constexpr std::chrono::seconds account_limit{30};

Outcome kept(std::string_view kind, std::string_view name, std::string reason)
{
    return Kept{.thing = fmt::format("{} {}", kind, name), .reason = std::move(reason)};
}

Result<CommandOutput> run_tool(Host& host, std::vector<std::string> argv)
{
    return host.run({.argv = std::move(argv), .limit = account_limit}).map_error(one::while_doing("undo"));
}

// Of all of shadow's tools: /etc/passwd or /etc/group could not be locked or written. Once they can, the way back is free.
bool could_not_write(const CommandOutput& output)
{
    return output.exit_code == 1 || output.exit_code == 10;
}

Outcome refused(std::string_view kind, std::string_view name, const CommandOutput& output)
{
    auto reason = complaint_of(output);
    if (!could_not_write(output)) return kept(kind, name, std::move(reason));
    return one::fail({.kind = ErrorKind::busy,
                      .thing = fmt::format("{} {}", kind, name),
                      .reason = std::move(reason),
                      .next = "see that /etc can be written (df -h /etc; findmnt -T /etc; lsattr -d /etc/passwd), then "
                              "run the same command again",
                      .doing = "take back"});
}

struct Search {
    const HostView& host;
    std::uint32_t uid = 0;
    std::size_t left = entries_looked_at;
    std::string found{};  // the first thing that is the user's, or where the search had to give up or could not look

    bool look(const std::string& path, std::size_t depth)
    {
        const auto info = host.stat(path);
        if (!info && info.error().kind == ErrorKind::not_found) return false;
        const bool stop = !info || info->uid == uid || left == 0;
        if (stop) found = path;
        if (stop || info->kind != FileKind::directory || depth == 0) return stop;
        --left;
        const auto names = host.list(path);
        if (!names && names.error().kind != ErrorKind::not_found) found = path;
        if (!names) return !found.empty();
        return std::ranges::any_of(*names, [&](const std::string& name) {
            left -= left > 0 ? 1 : 0;
            return look(path + '/' + name, depth - 1);
        });
    }
};

std::string owned_content(const HostView& host, const CreateUser& user, std::vector<std::string> places)
{
    Search search{.host = host, .uid = user.uid};
    places.insert(places.begin(), {user.home, "/var/tmp", "/tmp"});
    for (const auto& root : places)
        if (search.look(root, depth_looked_at)) break;
    return search.found;
}

std::string why_busy(const HostView& host, std::uint32_t uid)
{
    const auto processes = host.processes();
    if (!processes) return "whether a process runs under it cannot be told: " + processes.error().reason;
    const auto process = std::ranges::find(*processes, uid, &Process::uid);
    if (process == processes->end()) return {};
    return fmt::format("process {}{}{} runs under it", process->pid, process->argv.empty() ? "" : " ",
                       process->argv.empty() ? "" : process->argv.front());
}

// userdel takes the group of the same name along (USERGROUPS_ENAB); one that was there before comes back.
Result<> give_group_back(Host& host, const BeforeUser& before, const CreateUser& change)
{
    if (!before.own_group) return {};
    TRY_LET(const auto group, group_if_any(host, change.name));
    if (group) return {};
    TRY_LET(const auto output,
            run_tool(host, {"groupadd", "--system", "--gid", std::to_string(change.gid), change.name}));
    if (output.ok()) return {};
    return one::fail({.kind = ErrorKind::busy,
                      .thing = "group " + change.name,
                      .reason = complaint_of(output),
                      .next = fmt::format("groupadd --system --gid {} {}", change.gid, change.name),
                      .doing = "give back"});
}

}  // namespace

Outcome undo_account(Host& host, const BeforeUser& before, const CreateUser& change,
                     const std::vector<std::string>& places)
{
    if (before.existed) return std::nullopt;
    TRY_LET(const auto user, user_if_any(host, change.name));
    if (user) {
        if (user->uid != change.uid)
            return kept("user", change.name, fmt::format("it is now uid {}, not the one onenode made", user->uid));
        if (auto reason = why_busy(host, change.uid); !reason.empty())
            return kept("user", change.name, std::move(reason));
        if (const auto path = owned_content(host, change, places); !path.empty())
            return kept("user", change.name, fmt::format("{} is left and may need its owner", path));
        TRY_LET(const auto output, run_tool(host, {"userdel", change.name}));
        if (!output.ok()) return refused("user", change.name, output);
    }
    TRY(give_group_back(host, before, change));
    return std::nullopt;
}

Outcome undo_account(Host& host, const BeforeUser& before, const CreateGroup& change)
{
    if (before.existed) return std::nullopt;
    TRY_LET(const auto group, group_if_any(host, change.name));
    if (!group) return std::nullopt;
    if (group->gid != change.gid)
        return kept("group", change.name, fmt::format("it is now gid {}, not the one onenode made", group->gid));
    TRY_LET(const auto user, user_if_any(host, change.name));
    if (user && user->gid == change.gid)
        return kept("group", change.name, fmt::format("user {} stays and has it", change.name));
    TRY_LET(const auto output, run_tool(host, {"groupdel", change.name}));
    if (!output.ok()) return refused("group", change.name, output);
    return std::nullopt;
}

Outcome undo_account(Host& host, const BeforeUser& before, const SetShell& change)
{
    TRY_LET(const auto user, user_if_any(host, change.user));
    if (!user || user->shell == before.shell) return std::nullopt;
    if (user->shell != change.shell) return kept("user", change.user, "its shell was changed since onenode set it");
    TRY_LET(const auto output, run_tool(host, {"usermod", "--shell", before.shell, change.user}));
    if (!output.ok()) return refused("user", change.user, output);
    return std::nullopt;
}

Outcome undo_account(Host& host, const BeforeUser& before, const JoinGroup& change)
{
    if (before.was_member) return std::nullopt;
    TRY_LET(const bool is_member, is_in_group(host, change.user, change.group));
    if (!is_member) return std::nullopt;
    TRY_LET(const auto output, run_tool(host, {"gpasswd", "--delete", change.user, change.group}));
    if (!output.ok()) return refused("user", change.user, output);
    return std::nullopt;
}

}  // namespace onenode
