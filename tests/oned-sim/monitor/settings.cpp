// The whole monitord.conf as XML, as OpenNebula sends it to every node.
#include "tests/oned-sim/monitor/settings.hpp"

#include "tests/oned-sim/objects/attributes.hpp"

#include <fmt/format.h>

namespace onedsim {
namespace {

std::string seconds(std::chrono::milliseconds time)
{
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(time).count());
}

Vector periods_of(const ProbePeriods& p)
{
    return {{"BEACON_HOST", std::to_string(p.beacon_host)},
            {"SYSTEM_HOST", std::to_string(p.system_host)},
            {"MONITOR_HOST", std::to_string(p.monitor_host)},
            {"STATE_VM", std::to_string(p.state_vm)},
            {"EXEC_VM", std::to_string(p.exec_vm)},
            {"MONITOR_VM", std::to_string(p.monitor_vm)},
            {"SYNC_STATE_VM", std::to_string(p.sync_state_vm)}};
}

}  // namespace

std::string configuration_xml(const MonitorSettings& settings, int host)
{
    Attributes all;
    all.add("DATASTORE_LOCATION", settings.datastores);
    all.add("DB", Vector{{"CONNECTIONS", "15"}});
    all.add("HOST_MONITORING_EXPIRATION_TIME", std::string{"43200"});
    for (const auto& [name, label] : {std::pair{"kvm", "KVM"}, std::pair{"qemu", "QEMU"}, std::pair{"lxc", "LXC"}})
        all.add("IM_MAD", Vector{{"ARGUMENTS", fmt::format("-r 3 -t 15 -w 90 {}", name)},
                                 {"EXECUTABLE", "one_im_ssh"},
                                 {"NAME", name},
                                 {"SUNSTONE_NAME", label},
                                 {"THREADS", "0"}});
    all.add("LOG", Vector{{"DEBUG_LEVEL", "3"}, {"SYSTEM", "FILE"}});
    all.add("MANAGER_TIMER", seconds(settings.timer));
    all.add("MONITORING_INTERVAL_HOST", seconds(settings.interval));
    all.add("NETWORK", Vector{{"ADDRESS", settings.address},
                              {"MONITOR_ADDRESS", settings.monitor_address},
                              {"PORT", std::to_string(settings.port)},
                              {"PRIKEY", ""},
                              {"PUBKEY", ""},
                              {"THREADS", std::to_string(settings.threads)}});
    all.add("PROBES_PERIOD", periods_of(settings.periods));
    all.add("VM_MONITORING_EXPIRATION_TIME", std::string{"43200"});
    auto xml = all.to_xml("MONITOR_CONFIGURATION");
    xml.insert(xml.rfind("</"), fmt::format("<HOST_ID>{}</HOST_ID>", host));
    return xml;
}

}  // namespace onedsim
