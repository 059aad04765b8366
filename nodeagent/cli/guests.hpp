// OpenNebula's virtual machines that run on this machine, by what the kernel knows: no libvirt and no front-end is asked.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <vector>

namespace onenode::cli {

/// "one-12", in the order of their numbers.
std::vector<std::string> guests_running(const HostView& host);

}  // namespace onenode::cli
