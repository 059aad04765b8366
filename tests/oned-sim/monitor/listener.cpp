// Reads as onemonitord does: no limit of time or size on a connection, so idle ones hold their reader.
#include "tests/oned-sim/monitor/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>

namespace onedsim {
namespace {

constexpr std::size_t datagram_limit = 65536;
constexpr int look_again_ms = 50;

}  // namespace

one::Result<> MonitorListener::start(const std::string& address, int port, int threads)
{
    for (int tries = port == 0 ? 20 : 1;; --tries) {  // a number that is free for UDP may be taken for TCP
        TRY_LET(udp_, bind_to(Transport::udp, address, port));
        auto tcp = bind_to(Transport::tcp, address, port_of(udp_), threads);
        if (!tcp && tries > 1) continue;
        if (!tcp) return one::fail(tcp.error());
        tcp_ = *std::move(tcp);
        break;
    }
    ::fcntl(tcp_.fd(), F_SETFL, O_NONBLOCK);  // several readers wake for one connection; only one gets it
    port_ = port_of(udp_);
    threads_.emplace_back([this] { read_datagrams(); });
    for (int i = 0; i < threads; ++i)
        threads_.emplace_back([this] { read_connections(); });
    return {};
}

void MonitorListener::stop()
{
    stop_.raise();
    threads_.clear();  // joins
    udp_.close();
    tcp_.close();
}

void MonitorListener::read_datagrams()
{
    std::string buffer(datagram_limit, '\0');
    while (true) {
        if (!stop_.wait_for(udp_.fd())) return;
        const auto count = ::recv(udp_.fd(), buffer.data(), buffer.size(), 0);
        if (udp_paused_)
            ++lost_;
        else if (count > 0 && static_cast<std::size_t>(count) < datagram_limit)
            received_(buffer.substr(0, static_cast<std::size_t>(count)));
    }
}

void MonitorListener::read_connections()
{
    while (true) {
        if (tcp_paused_) {
            if (!stop_.sleep(look_again_ms)) return;
            continue;
        }
        if (!stop_.wait_for(tcp_.fd(), look_again_ms)) {
            if (stop_.raised()) return;
            continue;
        }
        if (tcp_paused_) continue;
        const Socket connection{::accept4(tcp_.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!connection.open()) continue;
        std::string text;
        std::string buffer(datagram_limit, '\0');
        while (stop_.wait_for(connection.fd())) {
            const auto count = ::recv(connection.fd(), buffer.data(), buffer.size(), 0);
            if (count <= 0) break;
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
        if (!stop_.raised()) received_(text);
    }
}

}  // namespace onedsim
