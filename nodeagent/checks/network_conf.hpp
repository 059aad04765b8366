// OpenNebulaNetwork.conf as the front-end brought it: YAML with symbols for keys, of which we need two.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <vector>

namespace onenode::checks {

struct ProxyEntry {  // one service that guests reach through the transparent proxy
    std::string service_port{};
    std::string address{};
    std::string port{};
};

struct NetworkConf {
    bool there = false;  // drivers do with their own values where it is not
    bool keep_empty_bridge = false;
    std::vector<ProxyEntry> proxy{};  // only entries that have all three, as the driver counts them
};

NetworkConf network_conf(const HostView& host);

}  // namespace onenode::checks
