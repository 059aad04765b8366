// OpenNebula's monitoring client on this machine, as its process and its files show it.
#pragma once

#include "nodeagent/host/host.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace onenode::checks {

using DriversId = std::optional<std::uint32_t>;  // whom OpenNebula's drivers run as here
DriversId drivers_id(const HostView& host);

/// Where the script of OpenNebula's monitoring stands in its arguments: the client's, or one of those that end it. Only
/// of a process of that account whose interpreter runs it: anybody may call a process anything, and who looks at the
/// script with an editor runs nothing.
std::optional<std::size_t> monitoring_script(const Process& process, DriversId drivers);

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
