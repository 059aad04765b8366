// Connects without blocking, by a deadline, and names each way it can fail.
#include "frontend/proofs/tcp_connect.hpp"

#include <fmt/format.h>

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

one::Failure failed(const std::string& address, int port, int number)
{
    one::Error error = one::error_from_errno(number, towards_node(address, port));
    error.doing = "connect";
    switch (number) {
    case ECONNREFUSED:
        error.kind = ErrorKind::unreachable;
        error.reason = "the node refused: no sshd listens there, or a firewall rejects us";
        error.next = "on the node: systemctl enable --now ssh (or sshd), then look at: ss -ltn";
        break;
    case ETIMEDOUT:
        error.kind = ErrorKind::timeout;
        error.reason = "no answer at all; usually a firewall drops the packets";
        error.next = fmt::format("let the front-end through to port {}/tcp, on the node: nft list ruleset", port);
        break;
    case ENETUNREACH:
    case EHOSTUNREACH:
        error.kind = ErrorKind::unreachable;
        error.reason =
            number == ENETUNREACH ? "no route to that network" : "no route to that host, or a firewall says so";
        error.next = fmt::format("on the front-end: ip route get {}", address);
        break;
    case EINVAL:
        error.kind = ErrorKind::invalid;
        error.reason = "this is no address and port";
        error.next = "join again, so that the node tells its address anew";
        break;
    default: break;
    }
    return one::fail(std::move(error));
}

}  // namespace

bool wait_for(int descriptor, short events, Deadline end)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        if (left <= 0) return false;
        pollfd watched{descriptor, events, 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

Result<one::Fd> connect_tcp(const std::string& address, int port, Deadline end)
{
    if (port < 1 || port > 65535) return failed(address, port, EINVAL);  // libc would cut it to 16 bits
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found) != 0)
        return failed(address, port, EINVAL);
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, &::freeaddrinfo};

    one::Fd socket{::socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (socket.get() < 0) return failed(address, port, errno);
    if (::connect(socket.get(), found->ai_addr, found->ai_addrlen) == 0) return socket;
    if (errno != EINPROGRESS) return failed(address, port, errno);
    if (!wait_for(socket.get(), POLLOUT, end)) return failed(address, port, ETIMEDOUT);
    int number = 0;
    socklen_t size = sizeof number;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &number, &size);
    if (number != 0) return failed(address, port, number);
    return socket;
}

std::string towards_node(const std::string& address, int port)
{
    return fmt::format("front-end -> node {} port {}/tcp", address, port);
}

}  // namespace onefrontend
