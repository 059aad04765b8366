// What ~oneadmin/.ssh must say so that SSH from here reaches our nodes and nobody who took their place.
#pragma once

#include "frontend/enroll/host_trust.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

inline constexpr std::string_view ssh_block_name = "onefrontend";
inline constexpr std::string_view pinned_hosts_file = "known_hosts_onenode";

/// Our block of ~/.ssh/config; empty without nodes. A banned node keeps its pins as long as it has a document: OpenNebula
/// logs in there to migrate and delete the VMs that are left.
std::vector<std::string> ssh_config_lines(const std::vector<Node>& nodes);

/// The text of known_hosts_onenode: every node's keys under its name and its address, who else vouches for them, and
/// the keys that count no more; empty without nodes.
std::string pinned_hosts(const std::vector<Node>& nodes, const Vouching& vouching = {});

}  // namespace onefrontend
