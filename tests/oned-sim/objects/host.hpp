// A host as oned keeps it: state, capacity, template and the last report of its probes.
#pragma once

#include "tests/oned-sim/objects/attributes.hpp"

#include <cstdint>
#include <ctime>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace onedsim {

enum class HostState { init = 0, monitored = 2, error = 3, disabled = 4, offline = 8 };

std::string_view name_of(HostState state);  // "INIT", as monitor.log writes it

struct HostShare {
    std::int64_t total_memory = 0;
    std::int64_t total_cpu = 0;
    std::int64_t max_memory = 0;
    std::int64_t max_cpu = 0;
    Attributes datastores{};
    std::map<std::string, Vector> pci{};  // by address
    int running_vms = 0;                  // as many as the host has VMs
    std::map<int, Attributes> numa{};     // by node: NODE_ID, CORE, HUGEPAGE, MEMORY
    bool operator==(const HostShare&) const = default;
};

struct MonitoringRecord {
    std::time_t time = 0;
    Attributes capacity{};
    Attributes system{};
    std::map<int, Attributes> numa{};
    bool operator==(const MonitoringRecord&) const = default;
};

struct Host {
    int id = -1;
    std::string name{};
    HostState state = HostState::init;
    HostState previous_state = HostState::init;
    std::string im_mad{};
    std::string vm_mad{};
    int cluster = 0;
    std::string cluster_name{};
    std::vector<int> vms{};  // only what a test puts there: nothing is scheduled here
    HostShare share{};
    Attributes attributes{};
    std::vector<MonitoringRecord> records{};
    bool written_again = false;  // oned's pool shows no disk figures until a host is stored a second time

    bool operator==(const Host&) const = default;
};

/// What a fresh OpenNebula refuses to take as a host's name; empty where it takes it.
std::string host_name_problem(std::string_view name);

Host new_host(int id, std::string name, std::string im_mad, std::string vm_mad, int cluster, std::string cluster_name);

/// RESERVED_CPU and RESERVED_MEM take effect, IM_MAD and VM_MAD of the template become the host's: after an update.
void apply_template(Host& host);
/// A SYSTEM_HOST report: the host is MONITORED unless disabled, and its ERROR is gone.
void apply_report(Host& host, Attributes report);
/// A MONITOR_HOST report, as a record.
MonitoringRecord record_of(const Attributes& report, std::time_t now);

void enable(Host& host);
void disable(Host& host);
void set_offline(Host& host);
/// Returns the line that oned logs: "Error monitoring Host NAME (ID): TEXT".
std::string set_error(Host& host, std::string_view text, std::time_t now);

std::string to_xml(const Host& host);
/// As the host pool shows it.
std::string to_pool_xml(const Host& host);
std::string to_xml(const MonitoringRecord& record, int host);

}  // namespace onedsim
