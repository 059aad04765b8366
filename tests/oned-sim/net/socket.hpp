// Sockets that close themselves, bound as OpenNebula binds: the first address that the resolver gives.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace onedsim {

class Socket {
public:
    Socket() = default;
    explicit Socket(int fd) : fd_(fd) {}
    Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();

    [[nodiscard]] int fd() const { return fd_; }
    [[nodiscard]] bool open() const { return fd_ >= 0; }
    void close();

private:
    int fd_ = -1;
};

enum class Transport { tcp, udp };

/// Port 0 lets the kernel choose. A TCP socket listens with room for `backlog` connections.
one::Result<Socket> bind_to(Transport transport, const std::string& address, int port, int backlog = 16);
one::Result<Socket> listen_at_path(const std::string& path);
int port_of(const Socket& socket);

/// A pipe end that becomes readable once, so that threads which wait in poll() can be told to end.
class StopSignal {
public:
    StopSignal();
    void raise();
    [[nodiscard]] bool raised() const;
    /// Waits for data or the signal: true when `fd` can be read (or its peer is gone) and nobody asked to stop.
    [[nodiscard]] bool wait_for(int fd, int limit_ms = -1) const;
    /// Waits until the signal or the time is up; false when it was the signal.
    [[nodiscard]] bool sleep(int ms) const;

private:
    Socket event_;
};

bool send_all(int fd, std::string_view bytes);

}  // namespace onedsim
