// How a test furnishes the machine.
#include "tests/unit/fake/fake_host.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>

namespace onenode {
FakeHost::FakeHost()
{
    with_directory("/").with_directory("/root", 0700).with_directory("/tmp", 01777).with_directory("/var/tmp", 01777);
    for (const auto* path :
         {"/etc/sudoers.d", "/etc/tmpfiles.d", "/etc/ssh", "/var/lib", "/run", "/usr/bin", "/usr/sbin"})
        with_directory(path);
    machine_.groups["root"] = {.name = "root", .gid = 0};
    machine_.users["root"] = {.name = "root",
                              .uid = 0,
                              .gid = 0,
                              .home = "/root",
                              .shell = "/bin/bash",
                              .groups = {0},
                              .password_field = "x"};
}

FakeHost& FakeHost::with_directory(std::string_view path, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid)
{
    if (path != "/" && !machine_.files.contains(parent_of(path))) with_directory(parent_of(path));
    machine_.files[std::string{path}] = {.kind = FileKind::directory, .mode = mode, .uid = uid, .gid = gid};
    return *this;
}

FakeHost& FakeHost::with_file(std::string_view path, std::string text, std::uint32_t mode, std::uint32_t uid,
                              std::uint32_t gid)
{
    if (!machine_.files.contains(parent_of(path))) with_directory(parent_of(path));
    machine_.files[std::string{path}] = {.mode = mode, .uid = uid, .gid = gid, .text = std::move(text)};
    return *this;
}

FakeHost& FakeHost::with_link(std::string_view path, std::string target, std::uint32_t uid)
{
    with_file(path, std::move(target), 0777, uid, uid);
    machine_.files[std::string{path}].kind = FileKind::symlink;
    return *this;
}

FakeHost& FakeHost::with_socket(std::string_view path, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid)
{
    with_file(path, {}, mode, uid, gid);
    machine_.files[std::string{path}].kind = FileKind::socket;
    return *this;
}

FakeHost& FakeHost::with_group(Group group)
{
    for (const auto& member : group.members)
        if (const auto found = machine_.users.find(member); found != machine_.users.end())
            found->second.groups.push_back(group.gid);
    machine_.groups[group.name] = std::move(group);
    return *this;
}

FakeHost& FakeHost::with_user(User user)
{
    if (!group_by_id(user.gid)) machine_.groups[user.name] = {.name = user.name, .gid = user.gid};
    if (std::ranges::find(user.groups, user.gid) == user.groups.end())
        user.groups.insert(user.groups.begin(), user.gid);
    for (auto& [name, group] : machine_.groups)
        if (group.gid != user.gid && std::ranges::find(user.groups, group.gid) != user.groups.end())
            group.members.push_back(user.name);
    machine_.users[user.name] = std::move(user);
    return *this;
}

FakeHost& FakeHost::with_program(std::string_view name, std::string_view directory)
{
    return with_file(fmt::format("{}/{}", directory, name),
                     "\x7f"
                     "ELF",
                     0755);
}

FakeHost& FakeHost::with_process(Process process)
{
    machine_.processes.push_back(std::move(process));
    return *this;
}

FakeHost& FakeHost::with_processes_hidden()
{
    processes_hidden_ = true;
    return *this;
}

Result<std::vector<Process>> FakeHost::processes() const
{
    if (processes_hidden_) return one::fail(one::error_from_errno(EACCES, "/proc"));
    return machine_.processes;
}

FakeHost& FakeHost::with_sshd(std::string settings)
{
    start_sshd(machine_, std::move(settings));
    return *this;
}

FakeHost& FakeHost::with_address(std::string address)
{
    addresses_.push_back(std::move(address));
    return *this;
}

FakeHost& FakeHost::with_name(std::string name, std::vector<std::string> addresses)
{
    names_[std::move(name)] = std::move(addresses);
    return *this;
}

FakeHost& FakeHost::with_dead_name_server()
{
    name_server_lives_ = false;
    return *this;
}

FakeHost& FakeHost::with_host_name(std::string name)
{
    host_name_ = std::move(name);
    return *this;
}

FakeHost& FakeHost::with_file_system(std::string_view path, FileSystem system)
{
    file_systems_[std::string{path}] = std::move(system);
    return *this;
}

FakeHost& FakeHost::without(std::string_view path)
{
    std::erase_if(machine_.files, [below = std::string{path} + "/", path](const auto& entry) {
        return entry.first == path || entry.first.starts_with(below);
    });
    return *this;
}

FakeHost& FakeHost::as_user(std::uint32_t uid)
{
    uid_ = uid;
    return *this;
}

FakeHost& FakeHost::at(std::chrono::system_clock::time_point time)
{
    now_ = time;
    return *this;
}

FakeHost& FakeHost::advance(std::chrono::seconds by)
{
    now_ += by;
    return *this;
}

FakeHost& FakeHost::locked_by(int pid, std::string path)
{
    lock_holder_ = pid;
    held_path_ = std::move(path);
    return *this;
}

FakeHost& FakeHost::answering(std::vector<std::string> words, CommandOutput output)
{
    return answering(std::move(words),
                     [output = std::move(output)](const Command&) -> Result<CommandOutput> { return output; });
}

FakeHost& FakeHost::answering(std::vector<std::string> words, Error error)
{
    return answering(std::move(words),
                     [error = std::move(error)](const Command&) -> Result<CommandOutput> { return fail(error); });
}

FakeHost& FakeHost::answering(std::vector<std::string> words, Answer answer)
{
    std::erase_if(answers_, [&words](const auto& known) { return known.first == words; });
    answers_.emplace_back(std::move(words), std::move(answer));
    return *this;
}

}  // namespace onenode
