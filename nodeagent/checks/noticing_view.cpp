// A disk's EIO is one; that of a file of the kernel (/proc/sys/net/ipv6/conf/*/stable_secret) is an answer.
#include "nodeagent/checks/noticing_view.hpp"

#include "common/shortage.hpp"

#include <cerrno>
#include <system_error>

namespace onenode {
namespace {

bool is_unreadable(const Error& error)
{
    const bool kernels = error.thing.starts_with("/proc/") || error.thing.starts_with("/sys/");
    return !kernels && error.reason == std::generic_category().message(EIO);
}

}  // namespace

void NoticingView::notice(const Error& error) const
{
    if (!failure_ && (one::is_shortage(error) || is_unreadable(error))) failure_ = error;
}

}  // namespace onenode
