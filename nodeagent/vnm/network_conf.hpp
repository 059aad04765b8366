// OpenNebulaNetwork.conf as the front-end brought it: YAML with symbols for keys, of which we need three.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onenode::vnm {

inline constexpr const char* network_file = "/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf";

struct ProxyEntry {  // one service that guests reach through the transparent proxy
    std::string service_port{};
    std::string address{};
    std::string port{};
    std::vector<std::string> networks{};  // names or ids; none: every one
    bool operator==(const ProxyEntry&) const = default;
};

struct NetworkConf {
    bool there = false;  // drivers do with their own values where it is not
    bool keep_empty_bridge = false;
    std::string datastores{};              // empty: OpenNebula's default
    std::vector<ProxyEntry> proxy{};       // only entries that have all three, as the driver counts them
    std::vector<ProxyEntry> incomplete{};  // the driver passes over these without a word
    bool odd = false;                      // something of the proxy is written otherwise than we read it
};

NetworkConf parse_network_conf(std::string_view text);
NetworkConf network_conf(const HostView& host);

}  // namespace onenode::vnm
