// Virtual machines and containers that run on this machine, whoever's, by what the kernel knows: libvirt need not answer.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <vector>

namespace onenode {

/// The names of all: "one-12", "web".
std::vector<std::string> all_guests(const HostView& host);
/// Those that libvirt looks after.
std::vector<std::string> guests_of_qemu(const HostView& host);

}  // namespace onenode
