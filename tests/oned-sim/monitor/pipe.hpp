// The pipe between oned and onemonitord: commands go in at once and are read one after the other, later.
#pragma once

#include "tests/oned-sim/objects/world.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace onedsim {

class MonitorPipe : public MonitorCommands {
public:
    explicit MonitorPipe(MonitorCommands& reader) :
        reader_(reader), thread_([this](const std::stop_token& stop) { read(stop); })
    {
    }

    void update_host(const Host& host) override;
    void stop_monitor(int id, const std::string& name, const std::string& im_mad) override;
    void delete_host(int id) override;

private:
    void write(std::function<void()> command);
    void read(const std::stop_token& stop);

    MonitorCommands& reader_;
    std::mutex mutex_{};
    std::condition_variable_any written_{};
    std::deque<std::function<void()>> commands_{};
    std::jthread thread_;
};

}  // namespace onedsim
