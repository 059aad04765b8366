// What was found on the machine, gathered once. Steps plan from this and from nothing else.
#pragma once

#include "common/wire/messages.hpp"
#include "nodeagent/firewall/firewall.hpp"
#include "nodeagent/host/host.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace onenode {

struct FileFact {
    FileInfo info{};
    std::string text{};   // of regular files
    std::string owner{};  // names; the numbers where no name is known
    std::string group{};
    bool operator==(const FileFact&) const = default;
};

struct LibvirtFact {
    bool installed = false;  // virsh is there
    bool modular = false;    // virtqemud rather than libvirtd owns the socket
    std::string socket{};    // path of the read-write socket; empty where none listens
    std::uint32_t socket_gid = 0;
    std::uint32_t socket_mode = 0;
    std::string uuid{};                       // host/uuid of the capabilities
    std::vector<std::string> domain_types{};  // kvm, qemu: for the guest architecture of this machine
    std::vector<std::string> domains{};       // names of the active ones
    std::string problem{};                    // why root got no answer; empty where libvirt answered
    std::vector<std::string> asleep{};        // unit files of its sockets that no boot opens
    bool operator==(const LibvirtFact&) const = default;
};

struct EmulatorFact {       // QEMU, by the name under which OpenNebula's guests are started
    std::string program{};  // the one that OpenNebula's own generator would choose; empty where none is installed
    bool is_named = false;  // /usr/bin/qemu-kvm-one leads to a program
    bool operator==(const EmulatorFact&) const = default;
};

struct Facts {
    one::wire::Facts identity{};              // what goes to the front-end
    std::map<std::string, FileFact> files{};  // by path: all that the steps read; absent ones are not in it
    std::map<std::string, User> users{};      // oneadmin, and who holds uid 9869
    std::map<std::string, Group> groups{};    // oneadmin, libvirt, kvm, disk, those of oneadmin, who holds gid 9869
    LibvirtFact libvirt{};
    EmulatorFact emulator{};
    std::string datastores{};                                    // where their directory, or the link to it, leads
    std::map<std::string, std::vector<std::string>> resolved{};  // names the steps asked about
    std::set<std::string> unanswered{};                          // those of which the resolver said neither yes nor no
    std::map<std::string, std::string>
        sshd{};                              // by address: `sshd -T` for oneadmin coming from there; where it answers
    bool systemd = false;                    // runs as init
    firewall::Fact filter{};                 // who is let in and out
    std::set<std::string> accepted_risks{};  // by who asked for the join; not looked for, but said by the caller
    std::string kvm_problem{};               // why /dev/kvm makes no virtual machine; empty where it does

    [[nodiscard]] std::string text(std::string_view path) const;  // empty where absent
    [[nodiscard]] const FileFact* file(std::string_view path) const;
    [[nodiscard]] const User* user(std::string_view name) const;
    [[nodiscard]] const Group* group(std::string_view name) const;
};

/// `paths`: what the steps declare as `reads`; `names`: to be resolved (peers).
Facts gather_facts(const HostView& host, const std::vector<std::string>& paths,
                   const std::vector<std::string>& names = {});
Facts with_risks(Facts facts, const std::vector<std::string>& accepted);

}  // namespace onenode
