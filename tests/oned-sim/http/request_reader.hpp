// One HTTP request off a socket: its head as text, its body as long as the head says.
#pragma once

#include "tests/oned-sim/net/socket.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace onedsim {

struct HttpRequest {
    std::string head{};  // request line and headers, without the empty line
    std::string body{};
};

/// Nothing where the peer left, was too slow, or sent more than a front-end takes.
std::optional<HttpRequest> read_request(int fd, const StopSignal& stop, int limit_ms);

struct RequestLine {
    std::string method{};
    std::string target{};
    bool valid = false;
};
RequestLine request_line(std::string_view head);
std::optional<std::size_t> content_length(std::string_view head);

}  // namespace onedsim
