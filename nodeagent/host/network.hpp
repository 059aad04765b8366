// The addresses of this machine that another machine could use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onenode {

std::vector<std::string> global_addresses();
/// Bridges and taps of virtual machines and containers: their addresses are the same on many machines.
bool is_inner_interface(std::string_view name);

}  // namespace onenode
