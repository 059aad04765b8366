// A TCP connection to an address, by a deadline; what fails is told apart, because each has its own repair.
#pragma once

#include "common/fd.hpp"
#include "common/result.hpp"

#include <chrono>
#include <string>

namespace onefrontend {

using Deadline = std::chrono::steady_clock::time_point;

/// False when the deadline came first. `events` as in poll(2).
bool wait_for(int descriptor, short events, Deadline end);

/// `address`: an IP address, not a name. The socket stays non-blocking.
one::Result<one::Fd> connect_tcp(const std::string& address, int port, Deadline end);

/// `front-end -> node 10.0.0.5 port 22/tcp`
std::string towards_node(const std::string& address, int port);

}  // namespace onefrontend
