// Addresses that come and go, links that do or that go up and down. What they are now, Host says.
#include "nodeagent/watch/netlink.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace onenode {
namespace {

one::Failure cannot_watch(const char* what)
{
    auto error = one::error_from_errno(errno, what);
    error.doing = "watch";
    return one::fail(std::move(error));
}

/// Counters and names of a link change, too, and each guest has one.
bool goes_up_or_down(const char* payload, std::size_t size)
{
    ifinfomsg link{};
    if (size < sizeof link) return false;
    std::memcpy(&link, payload, sizeof link);
    return (link.ifi_change & (IFF_UP | IFF_RUNNING)) != 0;
}

bool matters(const nlmsghdr& header, const char* payload, std::size_t size)
{
    switch (header.nlmsg_type) {
    case RTM_NEWADDR:
    case RTM_DELADDR:
    case RTM_DELLINK: return true;
    case RTM_NEWLINK: return goes_up_or_down(payload, size);
    default: return false;
    }
}

}  // namespace

Result<Descriptor> Netlink::listen(const one::asio::any_io_executor& executor, int protocol, std::uint32_t groups,
                                   const char* what)
{
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
    if (socket < 0) return cannot_watch(what);
    Descriptor descriptor{executor, socket};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return cannot_watch(what);
    return descriptor;
}

Result<std::unique_ptr<Netlink>> Netlink::open(const one::asio::any_io_executor& executor)
{
    TRY_LET(auto descriptor, listen(executor, NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR,
                                    "addresses of this machine"));
    return std::unique_ptr<Netlink>{new Netlink{std::move(descriptor), matters}};
}

bool Netlink::read_messages()
{
    bool changed = false;
    std::array<char, 16 * 1024> buffer{};
    for (;;) {
        const auto count = ::recv(descriptor_.native_handle(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == ENOBUFS) {  // some were lost: look
            changed = true;
            continue;
        }
        if (count <= 0) return changed;
        const auto end = static_cast<std::size_t>(count);
        nlmsghdr header{};
        for (std::size_t at = 0; at + sizeof header <= end; at += NLMSG_ALIGN(header.nlmsg_len)) {
            std::memcpy(&header, buffer.data() + at, sizeof header);
            if (header.nlmsg_len < sizeof header || header.nlmsg_len > end - at) break;
            if (matters_(header, buffer.data() + at + NLMSG_HDRLEN, header.nlmsg_len - sizeof header)) changed = true;
        }
    }
}

Async<Woken> Netlink::changed(std::optional<std::chrono::milliseconds> limit)
{
    std::optional<std::chrono::steady_clock::time_point> end;
    if (limit) end = std::chrono::steady_clock::now() + *limit;
    for (;;) {
        if (read_messages()) co_return Woken::changed;
        const Woken woken = co_await until_readable(descriptor_, end);
        if (woken != Woken::changed) co_return woken;
    }
}

}  // namespace onenode
