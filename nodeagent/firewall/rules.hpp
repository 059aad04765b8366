// Our rules in the chains that would stop what OpenNebula needs: a chain of ours beside each, and one jump to it.
//
// The file says what has to pass; which chains stop it is looked at each time, so that rules that were loaded anew find
// ours missing and nothing else. What others wrote is never touched.
#pragma once

#include "nodeagent/firewall/firewall.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::firewall {

inline constexpr std::string_view directory = "/etc/onenode";
inline constexpr std::string_view file = "/etc/onenode/firewall";

/// "in tcp 49152-49215 10.0.0.12 10.0.0.13", a line each.
std::string to_text(const Openings& openings);
/// Lines that do not read so are none.
Openings read_openings(std::string_view text);

using Argv = std::vector<std::string>;
/// What is left to run so that our rules let exactly this pass; in a group each only where the one before was obeyed.
/// Without openings: our rules go.
std::vector<std::vector<Argv>> commands_left(const Fact& fact, const Openings& openings);

/// For a person's hands, as the one who keeps the chain likes it: "ufw allow proto tcp from 10.0.0.1 to any port 22".
std::string command_to_open(const Closed& closed);
/// "SSH", "live migration": what an opening is for.
std::string purpose_of(const Opening& opening);

}  // namespace onenode::firewall
