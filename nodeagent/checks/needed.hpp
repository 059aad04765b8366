// What a node needs of other people's packages, by kind of node and family of distribution: the only list of it, for
// the checks and for --install-packages. What probes call is in common/probes/programs.hpp.
#pragma once

#include "nodeagent/checks/packages.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace onenode::checks::needed {

using Command = one::probes::Program;

/// Of one kind of node: "kvm", "qemu" or "lxc".
std::vector<Command> by_probes(std::string_view type);
std::vector<Command> by_drivers(std::string_view type);
std::span<const Command> by_containers();

struct Library {  // of Ruby
    std::string_view name;
    Package package;
    std::string_view object;  // in the id of a finding
};

std::span<const Library> by_ruby();

inline constexpr Package ruby = one::probes::ruby;
inline constexpr Package rsync{"rsync", "rsync"};
inline constexpr Package sudo = one::probes::sudo;
inline constexpr Package bash{"bash", "bash"};
inline constexpr Package ssh_server{"openssh-server", "openssh-server"};
inline constexpr Package ipset{"ipset", "ipset"};
inline constexpr Package iptables{"iptables", "iptables-nft", "iptables"};
inline constexpr Package semanage{"policycoreutils-python-utils", "policycoreutils-python-utils"};
inline constexpr Package ceph{"ceph-common", "ceph-common"};
inline constexpr Package lvm{"lvm2", "lvm2"};
inline constexpr Package proxy{"nftables iproute2", "nftables iproute", "nftables iproute2"};
inline constexpr Package namespaces{"util-linux", "util-linux"};

/// OpenNebula's own, which its repository has; of the front-end's version.
Package node_package(std::string_view type);
inline constexpr Package rubygems{"opennebula-rubygems", "opennebula-rubygems"};

Package libvirt(std::string_view architecture);

}  // namespace onenode::checks::needed
