// Bridges of this machine and the guests on them, as the kernel has them now, with what OpenNebula says of each NIC.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <vector>

namespace onenode::vnm {

struct GuestNic {
    std::string port{};        // "one-12-0": of guest 12 its NIC 0
    bool known = false;        // OpenNebula's description of the guest is here and names it
    std::string driver{};      // VN_MAD
    std::string network{};     // its name
    std::string network_id{};  // and number
    bool operator==(const GuestNic&) const = default;
};

struct Bridge {
    std::string name{};
    std::vector<std::string> ports{};
    std::vector<GuestNic> guests{};
    bool operator==(const Bridge&) const = default;
};

std::vector<Bridge> bridges(const HostView& host);

/// Drivers whose bridges get a transparent proxy; those of Open vSwitch do not.
bool serves_a_proxy(const std::string& driver);
/// Networks of Open vSwitch that a guest here uses, each once.
std::vector<std::string> networks_of_open_vswitch(const HostView& host);

}  // namespace onenode::vnm
