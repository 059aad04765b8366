// The table of commands and the rules made of it. In an argument `=`, `,` and `:` are written with a backslash.
#include "nodeagent/steps/sudo_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace onenode::steps {
namespace {

constexpr std::string_view opennebula_version = "7.4.0";

constexpr std::array aliases{
    SudoAlias{"CEPH", "/usr/bin/rbd"},
    SudoAlias{"LVM", "/usr/sbin/lvcreate, /usr/sbin/lvremove, /usr/sbin/lvs, /usr/sbin/vgdisplay, /usr/sbin/lvchange, "
                     "/usr/sbin/lvscan, /usr/sbin/lvextend, /usr/sbin/dmsetup"},
    SudoAlias{"NFS", "/usr/bin/mount, /usr/bin/umount, /usr/bin/sed -i -f /proc/self/fd/0 /etc/fstab"},
    SudoAlias{
        "LXC",
        "/usr/bin/mount, /usr/bin/umount, /usr/bin/bindfs, /usr/bin/qemu-nbd, /usr/bin/lxc-attach, "
        "/usr/bin/lxc-config, "
        "/usr/bin/lxc-create, /usr/bin/lxc-destroy, /usr/bin/lxc-info, /usr/bin/lxc-ls, /usr/bin/lxc-start, "
        "/usr/bin/lxc-stop, /usr/bin/lxc-console, /usr/bin/lxc-device, /usr/bin/lxc-freeze, /usr/bin/lxc-unfreeze, "
        "/usr/bin/rbd-nbd, /usr/sbin/losetup, /usr/sbin/e2fsck, /usr/sbin/resize2fs, /usr/sbin/xfs_growfs"},
    SudoAlias{"NET", "/usr/sbin/iptables, /usr/sbin/ip6tables, /usr/sbin/ipset, /usr/sbin/nft, /usr/sbin/devlink, "
                     "/usr/sbin/ethtool, "
                     "/usr/sbin/ip link *, /usr/sbin/ip neighbour *, /usr/sbin/ip route *, /usr/sbin/ip rule *, "
                     "/usr/sbin/ip tuntap *, "
                     "/usr/sbin/bridge vlan *, /var/tmp/one/vnm/tproxy"},
    SudoAlias{"SCSI", "/usr/sbin/blockdev, /usr/sbin/multipath, /usr/sbin/multipathd, /usr/sbin/iscsiadm, "
                      "/usr/bin/tee, /usr/bin/find, "
                      "/usr/bin/cat /etc/iscsi/initiatorname.iscsi"},
    SudoAlias{"OVS", "/usr/bin/ovs-ofctl, /usr/bin/ovs-vsctl, /usr/bin/ovs-appctl"},
    SudoAlias{"MEM", "/usr/sbin/sysctl vm.drop_caches\\=3 vm.compact_memory\\=1"},
    SudoAlias{"VGPU", "/var/tmp/one/vgpu"},
    SudoAlias{"VTPM", "/var/tmp/one/vtpm_setup"},
    SudoAlias{"FABRIC", "/usr/sbin/dmidecode *"},
    SudoAlias{"NETNS", "/usr/sbin/ip netns add *, /usr/sbin/ip netns delete *, /usr/sbin/ip netns pids *, "
                       "/var/tmp/one/vnm/ip_netns_exec ip address *, /var/tmp/one/vnm/ip_netns_exec ip link *, "
                       "/var/tmp/one/vnm/ip_netns_exec ip -j link show *, /var/tmp/one/vnm/ip_netns_exec ip route *, "
                       "/var/tmp/one/vnm/ip_netns_exec sysctl -w net.ipv4.conf.all.arp_ignore\\=0 "
                       "net.ipv4.conf.default.arp_ignore\\=0"},
};

constexpr std::array<std::string_view, 10> of_kvm{"CEPH", "NET",  "OVS", "LVM",  "MEM",
                                                  "VGPU", "VTPM", "NFS", "SCSI", "FABRIC"};
constexpr std::array<std::string_view, 6> of_lxc{"LXC", "NET", "OVS", "CEPH", "LVM", "SCSI"};

}  // namespace

std::string sudo_rules(std::string_view type)
{
    const bool lxc = type == "lxc";
    const std::span<const std::string_view> granted =
        lxc ? std::span<const std::string_view>{of_lxc} : std::span<const std::string_view>{of_kvm};
    std::string text = fmt::format("# Written by onenode: what the drivers of OpenNebula {} run on a node ({}).\n"
                                   "Defaults:oneadmin secure_path = /sbin:/bin:/usr/sbin:/usr/bin\n",
                                   opennebula_version, lxc ? "lxc" : "kvm");
    std::vector<std::string> names;
    for (const auto& alias : aliases) {
        const bool plain = std::ranges::find(granted, alias.name) != granted.end();
        if (plain) names.push_back(fmt::format("ONENODE_{}", alias.name));
        if (plain || alias.name == "NETNS")
            text += fmt::format("Cmnd_Alias ONENODE_{} = {}\n", alias.name, alias.commands);
    }
    return text +
           fmt::format("oneadmin ALL=(ALL:ALL) NOPASSWD: {}\n"
                       "oneadmin ALL=(ALL:ALL) NOPASSWD:SETENV: ONENODE_NETNS\n",  // the driver passes NETNS along
                       fmt::join(names, ", "));
}

}  // namespace onenode::steps
