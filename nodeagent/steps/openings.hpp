// What OpenNebula needs let through on a node, and between whom.
#pragma once

#include "common/wire/messages.hpp"
#include "nodeagent/firewall/firewall.hpp"

namespace onenode::steps {

/// From the front-end and the other nodes alone: whoever else gets in is for the machine's owner to say.
firewall::Openings openings_for(const one::wire::DesiredState& desired);

}  // namespace onenode::steps
