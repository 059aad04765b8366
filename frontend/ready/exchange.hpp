// One question over one connection, by one deadline. Plain and blocking: a probe is over in milliseconds.
#pragma once

#include "common/fd.hpp"
#include "common/result.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace onefrontend {

using Deadline = std::chrono::steady_clock::time_point;

struct Peer {
    std::string address{};  // a name, an address, or the path of a socket
    int port = 0;           // 0: `address` is a path
};

/// "10.0.0.5 port 2633", "[::1] port 2633" or a path: what errors call it.
std::string to_string(const Peer& peer);

one::Result<one::Fd> connect(const Peer& peer, Deadline end);

/// Sends `question` and reads until `enough` bytes are there or the peer ends, whatever comes first.
one::Result<std::string> ask(const one::Fd& connection, const Peer& peer, std::string_view question, std::size_t enough,
                             Deadline end);

}  // namespace onefrontend
