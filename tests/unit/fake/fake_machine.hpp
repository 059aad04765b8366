// The state of a machine in memory: files, accounts, processes. What FakeHost keeps and what survives a crash.
#pragma once

#include "nodeagent/host/host.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

struct FakeFile {
    FileKind kind = FileKind::file;
    std::uint32_t mode = 0644;
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::string text{};  // of a link: its target
    bool operator==(const FakeFile&) const = default;
};

struct FakeMachine {
    std::map<std::string, FakeFile, std::less<>> files{};
    std::map<std::string, User, std::less<>> users{};
    std::map<std::string, Group, std::less<>> groups{};
    std::vector<Process> processes{};
    std::string sshd{};  // what `sshd -T` says where no drop-in says otherwise; empty: tests answer for it
};

/// One line a thing, so that two states compare byte for byte and a difference reads well in a failed test.
using Snapshot = std::map<std::string, std::string>;
Snapshot snapshot_of(const FakeMachine& machine);

/// What stands at a path after following the links that root made; other links are refused, as the real host does.
Result<std::string> follow(const FakeMachine& machine, std::string_view path);
std::string parent_of(std::string_view path);

/// useradd, groupadd, usermod, gpasswd, userdel, groupdel as shadow's tools act; nullopt for any other program.
std::optional<CommandOutput> run_account_tool(FakeMachine& machine, const std::vector<std::string>& argv);

/// setsebool, semanage and restorecon where SELinux is on; nullopt for any other program.
std::optional<CommandOutput> run_selinux_tool(FakeMachine& machine, const std::vector<std::string>& argv);

/// An sshd that reads its drop-ins when it is told to: its process shows what it has read. nullopt where it is not meant.
void start_sshd(FakeMachine& machine, std::string settings);
std::optional<CommandOutput> look_at_sshd(const FakeMachine& machine, const std::vector<std::string>& argv);
std::optional<CommandOutput> reload_sshd(FakeMachine& machine, const std::vector<std::string>& argv);

}  // namespace onenode
