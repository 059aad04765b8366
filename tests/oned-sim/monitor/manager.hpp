// onemonitord: which hosts are heard from, which must be started again, and what a message does to its host.
#pragma once

#include "tests/oned-sim/log.hpp"
#include "tests/oned-sim/monitor/message.hpp"
#include "tests/oned-sim/monitor/settings.hpp"
#include "tests/oned-sim/objects/world.hpp"

#include <map>
#include <mutex>
#include <string>

namespace onedsim {

/// What onemonitord reports to oned.
class OnedReports {
public:
    virtual ~OnedReports() = default;
    virtual void host_error(int host, const std::string& text) = 0;
    virtual void system_report(int host, const std::string& text) = 0;
    virtual void vm_states(int host, const std::string& text) = 0;
    virtual void host_record(int host, const MonitoringRecord& record) = 0;
};

struct DriverJob {
    int host = -1;
    std::string name{};
    std::string im_mad{};
    std::string input{};  // MONITOR_CONFIGURATION
};

/// one_im_ssh: takes a job and answers to HostMonitor::started some time later.
class MonitorDriver {
public:
    virtual ~MonitorDriver() = default;
    virtual void start_monitor(DriverJob job) = 0;
    virtual void stop_monitor(DriverJob job) = 0;
};

class HostMonitor : public MonitorCommands {
public:
    HostMonitor(const MonitorSettings& settings, OnedReports& oned, MonitorDriver& driver, const Clock& clock,
                FrontLog& log) :
        settings_(settings), oned_(oned), driver_(driver), clock_(clock), log_(log)
    {
    }

    /// A host from before the last restart: it is started by the timer, not at once.
    void know(const Host& host);

    void update_host(const Host& host) override;
    void stop_monitor(int id, const std::string& name, const std::string& im_mad) override;
    void delete_host(int id) override;

    /// A datagram, or all that came over a connection.
    void receive(const std::string& text);
    /// The driver's answer to start_monitor: standard output of the client's start, or what went wrong.
    void started(int host, bool success, const std::string& text);
    void tick();

private:
    struct Monitored {
        std::string name{};
        std::string im_mad{};
        HostState state = HostState::init;
        std::int64_t heard = 0;  // milliseconds
        bool starting = false;
        std::map<MessageType, std::time_t> latest{};
    };

    void add(const Host& host);
    void take(const MonitorMessage& message);
    void take_beacon(const MonitorMessage& message);
    void take_host_report(const MonitorMessage& message);
    void take_guest_report(const MonitorMessage& message);
    bool in_order(const MonitorMessage& message);
    void set_error(int host, const std::string& text);
    void start(int id, Monitored& host);
    void stop(int id, Monitored& host);
    void start_failed(int id);
    Monitored* find(int id, std::string_view who);

    const MonitorSettings& settings_;
    OnedReports& oned_;
    MonitorDriver& driver_;
    const Clock& clock_;
    FrontLog& log_;
    std::mutex mutex_{};
    std::map<int, Monitored> hosts_{};
    std::int64_t marked_ = 0;
};

}  // namespace onedsim
