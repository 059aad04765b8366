// The parts of gather_facts; each bounds what it asks the machine.
#pragma once

#include "nodeagent/core/facts.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace onenode {

/// Of facts only files and their groups: for who wants the part of a plan that these decide.
Facts gather_files(const HostView& host, std::span<const std::string_view> paths);
one::wire::Facts gather_identity(const HostView& host);
/// As a SAN knows this machine; empty where iSCSI is not installed, or makes the name at its first start.
std::string iscsi_initiator(const HostView& host);
/// Of what is plugged in, sorted; virtual functions of a card come and go.
std::vector<std::string> physical_macs(const HostView& host);
/// What libvirt would take for the machine's where nobody set another one; empty: the board tells none that libvirt takes.
std::string board_uuid(const HostView& host);
LibvirtFact gather_libvirt(const HostView& host, std::string_view architecture);
/// Those of the daemon in use that systemd has, that nobody masked, and whose daemon no boot starts either.
std::vector<std::string> gather_sockets_asleep(const HostView& host, bool modular);
EmulatorFact gather_emulator(const HostView& host, const std::string& architecture);
/// Where the datastores are: the place that the desired state names, or the one that its link leads to.
std::string gather_datastores(const HostView& host, const std::string& location);
/// As the facts have it; where nobody named a place, OpenNebula's default.
std::string datastores_of(const Facts& facts, const HostView& host);
/// Why KVM cannot be used, found by making a virtual machine; empty where it can.
std::string gather_kvm_problem(const HostView& host);

/// Where our helper that links libvirt stands: beside this program, or in the PATH.
std::optional<std::string> find_probe(const HostView& host);

}  // namespace onenode
