// oned never waits for onemonitord, so neither can hold a lock that the other wants.
#include "tests/oned-sim/monitor/pipe.hpp"

namespace onedsim {

void MonitorPipe::update_host(const Host& host)
{
    write([this, host] { reader_.update_host(host); });
}

void MonitorPipe::stop_monitor(int id, const std::string& name, const std::string& im_mad)
{
    write([this, id, name, im_mad] { reader_.stop_monitor(id, name, im_mad); });
}

void MonitorPipe::delete_host(int id)
{
    write([this, id] { reader_.delete_host(id); });
}

void MonitorPipe::write(std::function<void()> command)
{
    const std::lock_guard lock{mutex_};
    commands_.push_back(std::move(command));
    written_.notify_one();
}

void MonitorPipe::read(const std::stop_token& stop)
{
    while (true) {
        std::function<void()> command;
        {
            std::unique_lock lock{mutex_};
            if (!written_.wait(lock, stop, [this] { return !commands_.empty(); })) return;
            command = std::move(commands_.front());
            commands_.pop_front();
        }
        command();
    }
}

}  // namespace onedsim
