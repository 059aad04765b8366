// Port 4124: one datagram a message over UDP, one connection a message over TCP.
#pragma once

#include "tests/oned-sim/net/socket.hpp"

#include <atomic>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace onedsim {

class MonitorListener {
public:
    using Received = std::function<void(const std::string& text)>;

    explicit MonitorListener(Received received) : received_(std::move(received)) {}
    ~MonitorListener() { stop(); }
    MonitorListener(const MonitorListener&) = delete;
    MonitorListener& operator=(const MonitorListener&) = delete;

    /// Both transports at the same number; `threads` readers of TCP, each busy until its peer has closed.
    one::Result<> start(const std::string& address, int port, int threads);
    void stop();
    [[nodiscard]] int port() const { return port_; }

    void pause_udp(bool wanted) { udp_paused_ = wanted; }  // datagrams are lost
    void pause_tcp(bool wanted) { tcp_paused_ = wanted; }  // connections wait
    [[nodiscard]] int lost_datagrams() const { return lost_; }

private:
    void read_datagrams();
    void read_connections();

    Received received_;
    Socket udp_{};
    Socket tcp_{};
    int port_ = 0;
    std::atomic<bool> udp_paused_{false};
    std::atomic<bool> tcp_paused_{false};
    std::atomic<int> lost_{0};
    StopSignal stop_{};
    std::vector<std::jthread> threads_{};
};

}  // namespace onedsim
