// What of the monitoring's way, node -> front-end port 4124, can be told from onemonitord's log.
#pragma once

#include "frontend/config.hpp"
#include "frontend/enroll/attributes.hpp"
#include "frontend/proofs/finding.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace onefrontend {

struct MonitoringArrivals {
    std::string address{};  // the node was told to send there
    int port = 4124;
    bool from_ssh = false;  // the address was taken from SSH_CLIENT: MONITOR_ADDRESS is "auto"
    bool ours = true;       // and this machine has it
    std::vector<int> sizes{};
    std::vector<int> lost{};
    bool tcp_lost = false;
    one::wire::MonitoringSent sent{};
};

/// `port-4124-udp`
std::string port_id(int port, std::string_view protocol);

/// Pure.
Findings judge_arrivals(const MonitoringArrivals& arrivals);

/// Nothing can be told where onemonitord does not write the lines we look for: an error says so.
one::Result<> check_log_settings(const std::vector<Attribute>& monitord_conf);
/// onemonitord on a follower takes messages and throws them away without a line. Looks at its last word on that.
one::Result<> check_leads(std::string_view log);
/// Both of the above for this front-end's files. Blocks.
one::Result<> check_onemonitord(const Config& config);

/// One of this machine's interfaces has it.
bool is_own_address(const std::string& address);

}  // namespace onefrontend
