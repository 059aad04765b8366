// Rules, chains and tables that go, chains that come. Rules that come are their owner's, and no reason to look.
#include "nodeagent/watch/netfilter.hpp"

#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace onenode {
namespace {

one::Failure cannot_watch()
{
    auto error = one::error_from_errno(errno, "rules of nftables");
    error.doing = "watch";
    return one::fail(std::move(error));
}

bool matters(const nlmsghdr& header)
{
    constexpr int bits_of_a_kind = 8;
    if (header.nlmsg_type >> bits_of_a_kind != NFNL_SUBSYS_NFTABLES) return false;
    switch (header.nlmsg_type & 0xff) {
    case NFT_MSG_DELTABLE:
    case NFT_MSG_DELCHAIN:
    case NFT_MSG_DELRULE:
    case NFT_MSG_NEWCHAIN: return true;
    default: return false;
    }
}

}  // namespace

Result<std::unique_ptr<Netfilter>> Netfilter::open(const one::asio::any_io_executor& executor)
{
    const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (socket < 0) return cannot_watch();
    Descriptor descriptor{executor, socket};
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = 1U << (NFNLGRP_NFTABLES - 1);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return cannot_watch();
    return std::unique_ptr<Netfilter>{new Netfilter{std::move(descriptor)}};
}

bool Netfilter::read_messages()
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
            changed = changed || matters(header);
        }
    }
}

Async<Woken> Netfilter::changed(std::optional<std::chrono::milliseconds> limit)
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
