#include "nodeagent/probe/dial.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

namespace onenode::probe {

bool wait_for(int socket, short events, Clock::time_point deadline)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd watched{socket, events, 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000)));
        if (ready >= 0 || errno != EINTR) return ready > 0;
    }
}

Dialed dial(const std::string& address, std::uint16_t port, Clock::time_point deadline)
{
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0)
        return {.problem = fmt::format("{} is no address", address)};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> place{found, &::freeaddrinfo};

    one::Fd socket{::socket(place->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.open()) return {.problem = std::strerror(errno)};
    int failure = 0;
    if (::connect(socket.get(), place->ai_addr, place->ai_addrlen) != 0) failure = errno;  // loopback refuses at once
    if (failure == EINPROGRESS) {
        if (!wait_for(socket.get(), POLLOUT, deadline)) return {.problem = "no answer"};
        socklen_t size = sizeof failure;
        if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &size) != 0) failure = errno;
    }
    if (failure != 0) return {.problem = std::strerror(failure), .refused = failure == ECONNREFUSED};
    return {.socket = std::move(socket)};
}

}  // namespace onenode::probe
