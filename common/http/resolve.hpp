// Names to addresses, under a limit that holds.
#pragma once

#include "common/async.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace one::http {

/// An address in text form resolves to itself and asks nobody. The executor is a strand or a loop of one thread.
Async<Result<std::vector<asio::ip::tcp::endpoint>>> resolve(std::string host, int port,
                                                            std::chrono::milliseconds limit);

}  // namespace one::http
