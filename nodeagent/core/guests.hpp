// Virtual machines and containers that run on this machine, whoever's, by what the kernel knows: libvirt need not answer.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode {

/// The names of all, each once, those of equal length in the order of the alphabet: "web", "one-7", "one-12". An error
/// where nobody can say which there are: that is not "none".
Result<std::vector<std::string>> all_guests(const HostView& host);
/// "one-12": as OpenNebula's drivers call them.
bool is_of_opennebula(std::string_view guest);
Result<std::vector<std::string>> guests_of_opennebula(const HostView& host);
/// Those that libvirt looks after.
Result<std::vector<std::string>> guests_of_qemu(const HostView& host);

}  // namespace onenode
