// The simulated front-end as a whole: API, onemonitord, driver, control.
#pragma once

#include "tests/oned-sim/control/control.hpp"
#include "tests/oned-sim/monitor/driver.hpp"
#include "tests/oned-sim/monitor/listener.hpp"
#include "tests/oned-sim/monitor/pipe.hpp"
#include "tests/oned-sim/monitor/reports.hpp"
#include "tests/oned-sim/options.hpp"
#include "tests/oned-sim/rpc/front.hpp"

#include <string>
#include <thread>

namespace onedsim {

class Simulator {
public:
    explicit Simulator(Options options);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    one::Result<> start();
    void stop();
    /// "ready rpc=2633 monitor=4124"
    [[nodiscard]] std::string ready_line() const;
    /// What the control socket does with a line.
    std::string control(const std::string& line);

private:
    one::Result<> prepare_world();
    std::string path_of(const std::string& log) const;

    Options options_;
    Clock clock_{};
    FrontLog oned_log_;
    FrontLog monitor_log_;
    Faults faults_{};
    Store store_;
    Guarded<World> world_{};
    HostReports reports_;
    SshDriver driver_;
    HostMonitor monitor_;
    MonitorPipe pipe_;
    MonitorListener listener_;
    Front front_;
    ControlServer control_;
    StopSignal stop_{};
    std::jthread timer_{};
};

}  // namespace onedsim
