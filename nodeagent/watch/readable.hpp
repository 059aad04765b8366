// A descriptor of the kernel's that the loop waits on, with a limit: what inotify and netlink have in common.
#pragma once

#include "nodeagent/watch/eyes.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

namespace onenode {

using Descriptor = one::asio::posix::stream_descriptor;

/// `changed`: there is something to read.
Async<Woken> until_readable(Descriptor& descriptor, std::optional<std::chrono::steady_clock::time_point> limit);
/// `changed`: the kernel says that what a file of /proc shows is another now.
Async<Woken> until_notified(Descriptor& descriptor, std::optional<std::chrono::steady_clock::time_point> limit);

}  // namespace onenode
