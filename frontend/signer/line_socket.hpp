// One line over a Unix socket, with a limit on its length and on the time of the whole exchange.
#pragma once

#include "common/async.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <string>

namespace onefrontend {

using UnixSocket = one::asio::local::stream_protocol::socket;

/// Closes the socket when the time has passed, unless it is gone before.
class SocketDeadline {
public:
    SocketDeadline(UnixSocket& socket, std::chrono::milliseconds limit);
    ~SocketDeadline();
    SocketDeadline(const SocketDeadline&) = delete;
    SocketDeadline& operator=(const SocketDeadline&) = delete;

private:
    one::asio::steady_timer timer_;
    std::shared_ptr<bool> socket_lives_;  // the timer's handler may already be queued when we go
};

one::Async<one::Result<std::string>> read_line(UnixSocket& socket, std::size_t longest);
one::Async<one::Result<>> write_line(UnixSocket& socket, std::string line);

}  // namespace onefrontend
