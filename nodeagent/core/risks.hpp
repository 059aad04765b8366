// What could hurt has a name, and is done only where a person gave it (--accept-risk): there is no one big --force.
#pragma once

#include "nodeagent/core/facts.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace onenode {

namespace risks {

// of leave
inline constexpr std::string_view abandon_vms = "abandon-vms";          // the host goes although virtual machines run
inline constexpr std::string_view forget_frontend = "forget-frontend";  // leave without telling the front-end
// of join
inline constexpr std::string_view firewall = "firewall";        // what OpenNebula needs is opened, and kept open
inline constexpr std::string_view reload_sshd = "reload-sshd";  // also where others edited its files meanwhile
inline constexpr std::string_view restart_libvirt = "restart-libvirt";  // also while guests run

inline constexpr std::array of_join{firewall, reload_sshd, restart_libvirt};
inline constexpr std::array of_leave{abandon_vms, forget_frontend};
inline constexpr std::array of_doctor{restart_libvirt};

/// Those that a membership remembers; the others are about the one moment in which they were accepted.
std::vector<std::string> lasting(std::vector<std::string> accepted);
bool is_among(std::string_view risk, const std::vector<std::string>& accepted);

}  // namespace risks

bool accepts(const Facts& facts, std::string_view risk);
/// No guest runs, or a person said so all the same.
bool may_restart_libvirt(const Facts& facts);

}  // namespace onenode
