// The eye for rules of nftables that go, whoever takes them away: by nfnetlink.
#pragma once

#include "nodeagent/watch/readable.hpp"

namespace onenode {

class Netfilter : public Eye {
public:
    static Result<std::unique_ptr<Netfilter>> open(const one::asio::any_io_executor& executor);

    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override;

private:
    explicit Netfilter(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    bool read_messages();

    Descriptor descriptor_;
};

}  // namespace onenode
