// The eye for the host name: /proc/sys/kernel/hostname tells who polls it, proc(5).
#pragma once

#include "nodeagent/watch/readable.hpp"

namespace onenode {

class HostNameEye : public Eye {
public:
    static Result<std::unique_ptr<HostNameEye>> open(const one::asio::any_io_executor& executor);

    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override;

private:
    explicit HostNameEye(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

    Descriptor descriptor_;
};

}  // namespace onenode
