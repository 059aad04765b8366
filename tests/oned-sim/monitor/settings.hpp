// What monitord.conf holds, with the shipped values; and the paths and limits of the driver that logs in to nodes.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace onedsim {

struct ProbePeriods {  // seconds
    int beacon_host = 30;
    int system_host = 600;
    int monitor_host = 120;
    int state_vm = 5;
    int exec_vm = 5;
    int monitor_vm = 30;
    int sync_state_vm = 180;
};

struct MonitorSettings {
    std::chrono::milliseconds timer{15'000};           // MANAGER_TIMER
    std::chrono::milliseconds interval{180'000};       // MONITORING_INTERVAL_HOST
    std::chrono::milliseconds start_expires{300'000};  // a start that never answered is made again
    ProbePeriods periods{};
    std::string address = "0.0.0.0";
    std::string monitor_address = "auto";
    int port = 4124;
    int threads = 8;
    std::string datastores = "/var/lib/one//datastores";
};

struct DriverSettings {  // one_im_ssh -r 3 -t 15 -w 90
    int retries = 3;
    int threads = 15;
    std::chrono::milliseconds limit{90'000};
    std::chrono::milliseconds between_tries{1'000};
    std::string remotes = "/var/lib/one/remotes";
    std::string target = "/var/tmp/one";
    std::vector<std::pair<std::string, std::string>> environment{};  // oned's own: PATH, SSH_AUTH_SOCK, HOME
};

/// <MONITOR_CONFIGURATION> as a node's client gets it on standard input.
std::string configuration_xml(const MonitorSettings& settings, int host);

}  // namespace onedsim
