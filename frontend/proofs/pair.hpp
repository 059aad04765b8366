// What guests need that move from one node to another (between peers, on request): each lets the other's oneadmin in by
// NAME, QEMU's ports between them are open, and their hypervisors have something in common.
#pragma once

#include "common/command.hpp"
#include "frontend/config.hpp"
#include "frontend/proofs/finding.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct PairEnd {
    std::string name{};
    std::string type{};        // kvm, qemu, lxc
    std::string machine_id{};  // by which it is known again
};

inline constexpr int first_migration_port = 49152;  // libvirt's own range, where qemu.conf says nothing else
inline constexpr int last_migration_port = 49215;

struct PortTry {
    int port = 0;
    one::Result<one::CommandOutput> heard{};  // by who listened: busy, silent, heard
    one::Result<one::CommandOutput> sent{};   // by who called: sent, or why not
};

struct Hypervisor {  // of `virsh capabilities`
    std::string architecture{};
    std::string cpu{};
    std::set<std::string> machines{};  // types, for guests of that architecture
    bool operator==(const Hypervisor&) const = default;
};

/// Goes from one to the other and back; takes seconds, with limits.
Findings test_pair(const Config& config, const PairEnd& first, const PairEnd& second);

// Judged: pure.
bool is_busy(const PortTry& port);
Finding judge_peer_login(const PairEnd& from, const PairEnd& to, const one::Result<one::CommandOutput>& login);
Finding judge_peer_ports(const PairEnd& from, const PairEnd& to, const std::vector<PortTry>& tries);
one::Result<Hypervisor> parse_capabilities(std::string_view xml);
Findings judge_peer_hypervisors(const PairEnd& first, const one::Result<Hypervisor>& of_first, const PairEnd& second,
                                const one::Result<Hypervisor>& of_second);

}  // namespace onefrontend
