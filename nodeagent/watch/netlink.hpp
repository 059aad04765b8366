// The eyes for what the kernel tells by netlink(7): addresses and links of this machine, and rules of nftables.
#pragma once

#include "nodeagent/watch/readable.hpp"

#include <cstddef>
#include <cstdint>

struct nlmsghdr;

namespace onenode {

class Netlink : public Eye {
public:
    static Result<std::unique_ptr<Netlink>> open(const one::asio::any_io_executor& executor);

    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override;

protected:
    using Matters = bool (*)(const nlmsghdr& header, const char* payload, std::size_t size);

    Netlink(Descriptor descriptor, Matters matters) : descriptor_(std::move(descriptor)), matters_(matters) {}
    static Result<Descriptor> listen(const one::asio::any_io_executor& executor, int protocol, std::uint32_t groups,
                                     const char* what);

private:
    bool read_messages();

    Descriptor descriptor_;
    Matters matters_;
};

/// Any change of the transparent proxy's rules.
class ProxyRules : public Netlink {
public:
    static Result<std::unique_ptr<ProxyRules>> open(const one::asio::any_io_executor& executor);

private:
    using Netlink::Netlink;
};

/// Rules, chains and tables that go, chains that come. Rules that come are their owner's, and no reason to look.
class LostRules : public Netlink {
public:
    static Result<std::unique_ptr<LostRules>> open(const one::asio::any_io_executor& executor);

private:
    using Netlink::Netlink;
};

}  // namespace onenode
