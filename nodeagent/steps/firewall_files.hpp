// What has to pass, as firewalld and ufw read it.
#pragma once

#include "nodeagent/firewall/firewall.hpp"

#include <string>
#include <vector>

namespace onenode::steps {

/// firewalld.policies(5). Only what comes in: firewalld stops nothing that goes out unless a policy of its own says so.
std::string firewalld_policy(const firewall::Openings& openings);
/// A section of its own for iptables-restore, at the end of before.rules or before6.rules; empty without peers.
std::vector<std::string> ufw_lines(const firewall::Openings& openings, bool six);

}  // namespace onenode::steps
