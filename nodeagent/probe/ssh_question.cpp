// sshd speaks first (RFC 4253, 4.2): a line with SSH- within the limit is an answer, anything else a reason.
#include "nodeagent/probe/questions.hpp"

#include "common/fd.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string_view>

namespace onenode::probe {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t banner_limit = 255;  // RFC 4253
constexpr std::size_t read_limit = 4096;   // lines may come before the banner, but not for ever

bool wait_for(int socket, short events, Clock::time_point deadline)
{
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd watched{socket, events, 0};
        const int ready = ::poll(&watched, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000)));
        if (ready >= 0 || errno != EINTR) return ready > 0;
    }
}

struct Spoken {
    std::string banner{};
    std::string problem{};
    bool refused = false;  // nobody listens there; silence is a firewall's
};

// Lines may come before it. Empty until it is there as a whole.
std::string banner_in(std::string_view text)
{
    const auto line = text.starts_with("SSH-") ? 0 : text.find("\nSSH-");
    if (line == std::string_view::npos) return {};
    text.remove_prefix(text[line] == '\n' ? line + 1 : line);
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text = text.substr(0, std::min(end, banner_limit));
    return std::string{text.substr(0, text.find('\r'))};
}

Spoken listen_to(int socket, Clock::time_point deadline)
{
    std::string text;
    std::array<char, 512> buffer;
    while (text.size() < read_limit) {
        if (auto banner = banner_in(text); !banner.empty()) return {.banner = std::move(banner)};
        if (!wait_for(socket, POLLIN, deadline)) return {.problem = "it accepted the connection and said nothing"};
        const auto count = ::read(socket, buffer.data(), buffer.size());
        if (count < 0) return {.problem = std::strerror(errno)};
        if (count == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    return {.problem = text.empty() ? "it closed the connection at once" : "what listens there does not speak SSH"};
}

Spoken connect_and_listen(const addrinfo& place, Clock::time_point deadline)
{
    const one::Fd socket{::socket(place.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket.open()) return {.problem = std::strerror(errno)};
    int failure = 0;
    if (::connect(socket.get(), place.ai_addr, place.ai_addrlen) != 0) failure = errno;  // loopback refuses at once
    if (failure == EINPROGRESS) {
        if (!wait_for(socket.get(), POLLOUT, deadline)) return {.problem = "no answer"};
        socklen_t size = sizeof failure;
        if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &failure, &size) != 0) failure = errno;
    }
    if (failure != 0) return {.problem = std::strerror(failure), .refused = failure == ECONNREFUSED};
    return listen_to(socket.get(), deadline);
}

}  // namespace

nlohmann::json ask_ssh(const std::string& address, std::uint16_t port, std::chrono::milliseconds limit)
{
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.c_str(), std::to_string(port).c_str(), &wanted, &found) != 0)
        return {{"banner", ""}, {"problem", fmt::format("{} is no address", address)}, {"refused", false}};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> place{found, &::freeaddrinfo};
    const auto spoken = connect_and_listen(*place, Clock::now() + limit);
    return {{"banner", spoken.banner}, {"problem", spoken.problem}, {"refused", spoken.refused}};
}

}  // namespace onenode::probe
