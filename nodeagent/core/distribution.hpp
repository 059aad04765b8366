// What has another name on another distribution: its family, and the units of programs that every node has.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>

namespace onenode {

enum class Family { debian, redhat, suse, other };

Family family_of(const HostView& host);

/// "ssh" or "sshd".
std::string_view ssh_unit(const HostView& host);
/// "libvirtd" or "virtqemud": the one to be started here.
std::string libvirt_daemon(const HostView& host);
constexpr const char* qemu_conf = "/etc/libvirt/qemu.conf";
constexpr std::string_view emulator_name = "/usr/bin/qemu-kvm-one";  // which OpenNebula writes into each guest

/// Where systemd does not run, what supervises daemons here is not ours to ask.
bool has_systemd(const HostView& host);

}  // namespace onenode
