// A step with one change of every kind, planned like a real one: only what is not true yet.
#pragma once

#include "tests/unit/nodeagent/core/laws.hpp"

#include "common/managed_block.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/selinux.hpp"

#include <algorithm>
#include <array>

namespace onenode::zoo {

constexpr std::string_view hosts = "/etc/hosts";
constexpr std::string_view rules = "/etc/sudoers.d/zoo";
constexpr std::string_view home = "/var/lib/zoo";
constexpr std::string_view notes = "/var/lib/zoo/notes";
constexpr std::string_view link = "/etc/zoo";
constexpr std::string_view spool = "/var/spool";
constexpr std::string_view relic = "/etc/sudoers.d/relic";
constexpr std::string_view boolean = "/sys/fs/selinux/booleans/zoo_may";
constexpr std::array reads{hosts, rules, home, notes, link, spool, relic, boolean, selinux::own_rules};

inline Changes plan(const Facts& facts, const DesiredState& desired)
{
    Changes changes;
    if (!facts.group("oneadmin")) changes.push_back(CreateGroup{.name = "oneadmin", .gid = 9869});
    const User* user = facts.user("oneadmin");
    if (user == nullptr) {
        changes.push_back(
            CreateUser{.name = "oneadmin", .uid = 9869, .gid = 9869, .home = std::string{home}, .shell = "/bin/bash"});
    } else if (user->shell != "/bin/bash") {
        changes.push_back(SetShell{.user = "oneadmin", .shell = "/bin/bash"});
    }
    const Group* kvm = facts.group("kvm");
    if (kvm != nullptr && (user == nullptr || std::ranges::find(user->groups, kvm->gid) == user->groups.end()))
        changes.push_back(JoinGroup{.user = "oneadmin", .group = "kvm"});
    const FileFact* there = facts.file(home);
    if (there == nullptr || there->info.mode != 0750)
        changes.push_back(MakeDirectory{.path = std::string{home}, .mode = 0750, .owner = "oneadmin"});
    if (const FileFact* found = facts.file(spool); found != nullptr && found->info.mode != 0711)
        changes.push_back(SetAttributes{.path = std::string{spool}, .mode = 0711, .owner = "root", .group = "root"});
    if (one::trim(facts.text(boolean)) == "0 0") changes.push_back(SetBoolean{.name = "zoo_may"});
    if (facts.file(boolean) && selinux::own_type_in(facts.text(selinux::own_rules), home) != "zoo_t")
        changes.push_back(LabelFiles{.tree = std::string{home}, .type = "zoo_t"});
    if (facts.file(relic)) changes.push_back(RemoveFile{.path = std::string{relic}});
    if (!facts.file(link)) changes.push_back(MakeLink{.path = std::string{link}, .target = std::string{home}});

    const auto add = [&](std::string_view path, std::string text, std::uint32_t mode, std::string owner,
                         std::string block) {
        const FileFact* found = facts.file(path);
        if (found != nullptr && found->text == text && found->info.mode == mode) return;
        WriteFile file{.path = std::string{path},
                       .text = std::move(text),
                       .mode = mode,
                       .owner = std::move(owner),
                       .block = std::move(block)};
        if (path == rules) file.verify = {"visudo", "-cf", "%"};
        changes.push_back(std::move(file));
    };
    add(hosts, one::with_managed_block(facts.text(hosts), "onenode", desired.frontend_names), 0644, "root", "onenode");
    add(rules, "oneadmin may nothing\n", 0440, "root", {});
    add(notes, "hello\n", 0600, "oneadmin", {});
    return changes;
}

constexpr Step step{"zoo", "every kind of change is made", reads, plan};

inline FakeHost bare()
{
    FakeHost host;
    host.answering({"visudo", "-cf"}, CommandOutput{}).with_directory("/var/spool", 0755);
    return host;
}

inline FakeHost used()
{
    FakeHost host = bare();
    host.with_file("/etc/hosts", "127.0.0.1 localhost\n10.0.0.9 old", 0664)
        .with_group({.name = "oneadmin", .gid = 9869})
        .with_group({.name = "kvm", .gid = 104})
        .with_user({.name = "oneadmin", .uid = 9869, .gid = 9869, .home = "/var/lib/zoo", .shell = "/bin/sh"})
        .with_directory("/var/lib/zoo", 0755, 9869, 9869)
        .with_file("/var/lib/zoo/notes", "mine", 0644, 9869, 9869)
        .with_file("/etc/sudoers.d/zoo", "old rule\n", 0400)
        .with_file("/etc/sudoers.d/relic", "older rule\n", 0440);
    return host;
}

inline FakeHost with_only_the_group()
{
    FakeHost host = bare();
    host.with_group({.name = "oneadmin", .gid = 9869}).with_group({.name = "kvm", .gid = 104});
    return host;
}

inline FakeHost with_selinux()
{
    FakeHost host = used();
    host.with_file(selinux::enforces, "1")
        .with_file(boolean, "0 0")
        .with_file(selinux::own_rules, "# of libsemanage\n/srv/x(/.*)?    system_u:object_r:x_t:s0\n")
        .with_program("restorecon", "/usr/sbin");
    return host;
}

inline World world(std::string name, std::function<FakeHost()> machine)
{
    return {.name = std::move(name),
            .machine = std::move(machine),
            .steps = {&step},
            .desired = {.frontend_names = {"10.0.0.1 one"}}};
}

inline std::vector<World> worlds()
{
    return {world("Bare", bare), world("Used", used), world("WithOnlyTheGroup", with_only_the_group),
            world("WithSelinux", with_selinux)};
}

}  // namespace onenode::zoo
