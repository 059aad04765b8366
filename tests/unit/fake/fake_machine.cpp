// How paths, links and snapshots behave on the machine in memory.
#include "tests/unit/fake/fake_machine.hpp"

#include <fmt/format.h>

namespace onenode {
namespace {

constexpr int links_at_most = 20;

std::string_view word_for(FileKind kind)
{
    switch (kind) {
    case FileKind::file: return "file";
    case FileKind::directory: return "directory";
    case FileKind::symlink: return "link";
    case FileKind::socket: return "socket";
    case FileKind::other: return "other";
    }
    return "other";
}

std::string joined(std::string_view directory, std::string_view name)
{
    return directory == "/" ? fmt::format("/{}", name) : fmt::format("{}/{}", directory, name);
}

}  // namespace

Snapshot snapshot_of(const FakeMachine& machine)
{
    Snapshot all;
    for (const auto& [path, file] : machine.files)
        all[path] = fmt::format("{} {:04o} {}:{} {}", word_for(file.kind), file.mode, file.uid, file.gid, file.text);
    for (const auto& [name, user] : machine.users)
        all["user " + name] = fmt::format("{}:{} {} {} groups {}", user.uid, user.gid, user.home, user.shell,
                                          fmt::join(user.groups, ","));
    for (const auto& [name, group] : machine.groups)
        all["group " + name] = fmt::format("{} {}", group.gid, fmt::join(group.members, ","));
    for (const auto& process : machine.processes)
        all[fmt::format("process {}", process.pid)] = fmt::format("{} {}", process.uid, fmt::join(process.argv, " "));
    return all;
}

std::string parent_of(std::string_view path)
{
    const auto slash = path.rfind('/');
    return slash == 0 || slash == std::string_view::npos ? "/" : std::string{path.substr(0, slash)};
}

Result<std::string> follow(const FakeMachine& machine, std::string_view path)
{
    std::string rest{path};
    std::string done;
    for (int links = 0; !rest.empty();) {
        rest.erase(0, rest.find_first_not_of('/'));
        if (rest.empty() || rest == "/") break;
        const auto end = rest.find('/');
        const auto name = rest.substr(0, end);
        rest = end == std::string::npos ? std::string{} : rest.substr(end);
        const auto here = joined(done.empty() ? "/" : done, name);
        const auto found = machine.files.find(here);
        if (found == machine.files.end() || found->second.kind != FileKind::symlink) {
            done = here;
            continue;
        }
        if (found->second.uid != 0 || ++links > links_at_most)
            return one::fail(one::error_from_errno(ELOOP, std::string{path}));
        const auto& target = found->second.text;
        rest = (target.starts_with('/') ? target : joined(done.empty() ? "/" : done, target)) + rest;
        done.clear();
    }
    return done.empty() ? "/" : done;
}

}  // namespace onenode
