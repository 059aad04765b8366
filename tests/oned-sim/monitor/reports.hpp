// oned's side of monitoring: onemonitord's reports become states, capacities and records of hosts.
#pragma once

#include "tests/oned-sim/guarded.hpp"
#include "tests/oned-sim/monitor/manager.hpp"
#include "tests/oned-sim/objects/store.hpp"

#include <functional>

namespace onedsim {

class HostReports : public OnedReports {
public:
    HostReports(Guarded<World>& world, Store& store, const Clock& clock, FrontLog& log) :
        world_(world), store_(store), clock_(clock), log_(log)
    {
    }

    void host_error(int host, const std::string& text) override;
    void system_report(int host, const std::string& text) override;
    void vm_states(int host, const std::string& text) override;
    void host_record(int host, const MonitoringRecord& record) override;

private:
    void change(int host, const std::function<void(World&, Host&)>& work);

    Guarded<World>& world_;
    Store& store_;
    const Clock& clock_;
    FrontLog& log_;
};

}  // namespace onedsim
