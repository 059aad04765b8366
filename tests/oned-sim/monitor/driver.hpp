// The driver that logs in to nodes by the ssh and rsync of this machine, as the account it runs under.
#pragma once

#include "common/command.hpp"
#include "tests/oned-sim/log.hpp"
#include "tests/oned-sim/monitor/manager.hpp"

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <semaphore>
#include <thread>

namespace onedsim {

class SshDriver : public MonitorDriver {
public:
    using Started = std::function<void(int host, bool success, const std::string& text)>;

    SshDriver(const DriverSettings& settings, FrontLog& log, Started started) :
        settings_(settings), log_(log), started_(std::move(started)), slots_(settings.threads)
    {
    }
    ~SshDriver() override { finish(); }

    void start_monitor(DriverJob job) override;
    void stop_monitor(DriverJob job) override;
    /// Waits for all logins that are under way.
    void finish();

private:
    struct Worker {
        std::jthread thread{};
        std::atomic<bool> done{false};
    };

    void in_background(std::function<void()> work);
    void start(const DriverJob& job);
    bool synchronise(const std::string& node);
    void copy_over(const std::string& node);
    /// Runs a script of the remotes on the node, as often as a driver of OpenNebula tries.
    one::CommandOutput run_script(const std::string& script, const DriverJob& job);
    one::CommandOutput run(std::vector<std::string> argv, const std::string& shown, const std::string& input = {},
                           std::chrono::milliseconds limit = std::chrono::hours{24});

    const DriverSettings& settings_;
    FrontLog& log_;
    Started started_;
    std::counting_semaphore<> slots_;
    std::mutex mutex_{};
    std::list<Worker> workers_{};
};

}  // namespace onedsim
