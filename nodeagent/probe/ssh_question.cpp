// sshd speaks first (RFC 4253, 4.2): a line with SSH- within the limit is an answer, anything else a reason.
#include "nodeagent/probe/dial.hpp"
#include "nodeagent/probe/questions.hpp"

#include <poll.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

namespace onenode::probe {
namespace {

constexpr std::size_t banner_limit = 255;  // RFC 4253
constexpr std::size_t read_limit = 4096;   // lines may come before the banner, but not for ever

struct Spoken {
    std::string banner{};
    std::string problem{};
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

}  // namespace

nlohmann::json ask_ssh(const std::string& address, std::uint16_t port, SshLimits limits)
{
    const auto dialed = dial(address, port, Clock::now() + limits.connect);
    const bool accepted = dialed.socket.open();
    const auto spoken =
        accepted ? listen_to(dialed.socket.get(), Clock::now() + limits.greeting) : Spoken{.problem = dialed.problem};
    return {
        {"banner", spoken.banner}, {"problem", spoken.problem}, {"refused", dialed.refused}, {"accepted", accepted}};
}

nlohmann::json ask_tcp(const std::string& address, std::uint16_t port, std::chrono::milliseconds limit)
{
    const auto dialed = dial(address, port, Clock::now() + limit);
    return {{"problem", dialed.problem}, {"refused", dialed.refused}};
}

}  // namespace onenode::probe
