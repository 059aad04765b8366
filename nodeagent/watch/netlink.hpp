// The eye for addresses and links of this machine, by rtnetlink(7).
#pragma once

#include "nodeagent/watch/readable.hpp"

namespace onenode {

class Netlink : public Eye {
public:
    static Result<std::unique_ptr<Netlink>> open(const one::asio::any_io_executor& executor);

    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override;

private:
    explicit Netlink(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}
    bool read_messages();

    Descriptor descriptor_;
};

}  // namespace onenode
