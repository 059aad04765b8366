// OpenNebula's monitoring client on this machine, as its process and its files show it.
#pragma once

#include "nodeagent/host/host.hpp"

#include <string>
#include <vector>

namespace onenode::checks {

struct MonitoringClient {
    int pid = 0;
    std::string host_id{};
    std::string host_name{};
};

/// `ruby .../monitord-client.rb kvm 12 node01`, as OpenNebula 7.4.0 starts it.
std::vector<MonitoringClient> monitoring_clients(const HostView& host);

struct MonitoringConfig {  // /var/tmp/one_db/config, which the front-end's start of the client leaves
    bool there = false;
    std::string monitor_address{};
    std::string host_id{};
};

MonitoringConfig monitoring_config(const HostView& host);

}  // namespace onenode::checks
