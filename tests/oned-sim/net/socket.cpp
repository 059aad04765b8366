// The few system calls behind the listeners.
#include "tests/oned-sim/net/socket.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <memory>

namespace onedsim {
namespace {

struct FreeAddresses {
    void operator()(addrinfo* list) const { freeaddrinfo(list); }
};

}  // namespace

Socket& Socket::operator=(Socket&& other) noexcept
{
    if (this != &other) {
        close();
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

Socket::~Socket()
{
    close();
}

void Socket::close()
{
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

one::Result<Socket> bind_to(Transport transport, const std::string& address, int port, int backlog)
{
    const std::string thing = fmt::format("{} {}:{}", transport == Transport::udp ? "UDP" : "TCP", address, port);
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_flags = AI_PASSIVE;
    hints.ai_socktype = transport == Transport::udp ? SOCK_DGRAM : SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int problem = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found); problem != 0)
        return one::fail(
            {.kind = one::ErrorKind::not_found, .thing = thing, .reason = gai_strerror(problem), .doing = "listen at"});
    const std::unique_ptr<addrinfo, FreeAddresses> addresses{found};

    Socket socket{::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol)};
    const int on = 1;
    const bool ready = socket.open() && ::setsockopt(socket.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                       ::bind(socket.fd(), found->ai_addr, found->ai_addrlen) == 0 &&
                       (transport == Transport::udp || ::listen(socket.fd(), backlog) == 0);
    if (!ready) return one::fail(one::while_doing("listen at")(one::error_from_errno(errno, thing)));
    return socket;
}

one::Result<Socket> listen_at_path(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = path,
                          .reason = "too long for a socket's path",
                          .doing = "listen at"});
    std::memcpy(address.sun_path, path.c_str(), path.size());
    ::unlink(path.c_str());
    Socket socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!socket.open() || ::bind(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(socket.fd(), 4) != 0)
        return one::fail(one::while_doing("listen at")(one::error_from_errno(errno, path)));
    return socket;
}

int port_of(const Socket& socket)
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (::getsockname(socket.fd(), reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

StopSignal::StopSignal() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void StopSignal::raise()
{
    const std::uint64_t one = 1;
    while (::write(event_.fd(), &one, sizeof one) < 0 && errno == EINTR) {
    }
}

bool StopSignal::raised() const
{
    pollfd waited{.fd = event_.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&waited, 1, 0) == 1;
}

bool StopSignal::wait_for(int fd, int limit_ms) const
{
    pollfd waited[] = {{.fd = event_.fd(), .events = POLLIN, .revents = 0}, {.fd = fd, .events = POLLIN, .revents = 0}};
    int ready = 0;
    while ((ready = ::poll(waited, 2, limit_ms)) < 0 && errno == EINTR) {
    }
    return ready > 0 && waited[0].revents == 0 && waited[1].revents != 0;
}

bool StopSignal::sleep(int ms) const
{
    pollfd waited{.fd = event_.fd(), .events = POLLIN, .revents = 0};
    return ::poll(&waited, 1, ms) == 0;
}

bool send_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace onedsim
