// A connection, within a limit.
#pragma once

#include "common/fd.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace onenode::probe {

using Clock = std::chrono::steady_clock;

struct Dialed {
    one::Fd socket{};
    std::string problem{};
    bool refused = false;  // nobody listens there; silence is a firewall's
};

/// To an address, not a name.
Dialed dial(const std::string& address, std::uint16_t port, Clock::time_point deadline);

/// For one of poll's events; false where the time is up first.
bool wait_for(int socket, short events, Clock::time_point deadline);

}  // namespace onenode::probe
