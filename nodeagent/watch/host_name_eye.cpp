// Waits until sethostname(2) was called. What the name is now, Host says.
#include "nodeagent/watch/host_name_eye.hpp"

#include <fcntl.h>

#include <cerrno>

namespace onenode {

constexpr const char* name_of_the_kernel = "/proc/sys/kernel/hostname";

Result<std::unique_ptr<HostNameEye>> HostNameEye::open(const one::asio::any_io_executor& executor)
{
    const int file = ::open(name_of_the_kernel, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        auto error = one::error_from_errno(errno, name_of_the_kernel);
        error.doing = "watch";
        return one::fail(std::move(error));
    }
    return std::unique_ptr<HostNameEye>{new HostNameEye{Descriptor{executor, file}}};
}

Async<Woken> HostNameEye::changed(std::optional<std::chrono::milliseconds> limit)
{
    std::optional<std::chrono::steady_clock::time_point> end;
    if (limit) end = std::chrono::steady_clock::now() + *limit;
    co_return co_await until_notified(descriptor_, end);
}

}  // namespace onenode
