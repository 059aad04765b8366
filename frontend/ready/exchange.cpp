// Sockets that never block longer than the deadline.
#include "frontend/ready/exchange.hpp"

#include <fmt/format.h>

#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

namespace onefrontend {
namespace {

using one::ErrorKind;
using one::Result;

one::Failure failed(const Peer& peer, ErrorKind kind, std::string reason)
{
    return one::fail({.kind = kind, .thing = to_string(peer), .reason = std::move(reason), .doing = "reach"});
}

one::Failure failed(const Peer& peer, int number)
{
    const bool nobody = number == ECONNREFUSED || number == ENOENT;
    return failed(peer, ErrorKind::unreachable, nobody ? "nobody listens there" : std::strerror(number));
}

one::Failure too_late(const Peer& peer)
{
    return failed(peer, ErrorKind::timeout, "no answer in time");
}

bool wait_for(const one::Fd& socket, short events, Deadline end)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
        if (left <= 0) return false;
        pollfd watched{socket.get(), events, 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::min<std::int64_t>(left, 60'000)));
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

Result<one::Fd> connect_to(const Peer& peer, int family, const sockaddr* address, socklen_t size, Deadline end)
{
    one::Fd socket{::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.open()) return failed(peer, errno);
    if (::connect(socket.get(), address, size) == 0) return socket;
    if (errno != EINPROGRESS) return failed(peer, errno);
    if (!wait_for(socket, POLLOUT, end)) return too_late(peer);
    int number = 0;
    socklen_t length = sizeof number;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &number, &length);
    if (number != 0) return failed(peer, number);
    return socket;
}

Result<one::Fd> connect_to_path(const Peer& peer, Deadline end)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (peer.address.size() >= sizeof address.sun_path) return failed(peer, ENAMETOOLONG);
    peer.address.copy(address.sun_path, peer.address.size());
    // The kernel's interface: one address type stands for all.
    return connect_to(peer, AF_UNIX, reinterpret_cast<const sockaddr*>(&address), sizeof address, end);
}

}  // namespace

std::string to_string(const Peer& peer)
{
    if (peer.port == 0) return peer.address;
    if (peer.address.find(':') != std::string::npos) return fmt::format("[{}] port {}", peer.address, peer.port);
    return fmt::format("{} port {}", peer.address, peer.port);
}

Result<one::Fd> connect(const Peer& peer, Deadline end)
{
    if (peer.port == 0) return connect_to_path(peer, end);
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int unknown = ::getaddrinfo(peer.address.c_str(), std::to_string(peer.port).c_str(), &hints, &found);
    if (unknown != 0) return failed(peer, ErrorKind::unreachable, ::gai_strerror(unknown));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned{found, &::freeaddrinfo};
    Result<one::Fd> last = failed(peer, EHOSTUNREACH);
    for (const addrinfo* at = found; at; at = at->ai_next) {
        last = connect_to(peer, at->ai_family, at->ai_addr, at->ai_addrlen, end);
        if (last) break;
    }
    return last;
}

Result<std::string> ask(const one::Fd& connection, const Peer& peer, std::string_view question, std::size_t enough,
                        Deadline end)
{
    while (!question.empty()) {
        if (!wait_for(connection, POLLOUT, end)) return too_late(peer);
        const auto sent = ::send(connection.get(), question.data(), question.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return failed(peer, errno);
        if (sent > 0) question.remove_prefix(static_cast<std::size_t>(sent));
    }
    std::string answer;
    std::array<char, 4096> piece{};
    while (answer.size() < enough) {
        if (!wait_for(connection, POLLIN, end)) return too_late(peer);
        const auto got = ::recv(connection.get(), piece.data(), piece.size(), 0);
        if (got == 0) break;
        if (got < 0 && errno != EAGAIN && errno != EINTR) return failed(peer, errno);
        if (got > 0) answer.append(piece.data(), static_cast<std::size_t>(got));
    }
    return answer;
}

}  // namespace onefrontend
