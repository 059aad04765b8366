// Our rules among those of others: after a reboot, and whenever somebody loads his own anew.
#pragma once

#include "nodeagent/host/host.hpp"
#include "nodeagent/watch/eyes.hpp"
#include "nodeagent/watch/standing.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace onenode {

struct FirewallLimits {
    std::chrono::milliseconds quiet{150};         // whoever loads rules does it in one go
    std::chrono::milliseconds first_rest{1'000};  // after a repair, doubled as long as they do not last a minute
    std::chrono::milliseconds last_rest{300'000};
    std::chrono::milliseconds undisturbed{60'000};
    std::chrono::milliseconds slow{60'000};  // between looks where nobody tells: iptables-legacy, no eye, no file yet
};

/// A join opened something here through rules of ours (and not through firewalld or ufw, which keep theirs).
bool keeps_firewall_open(const HostView& host);

/// Once: the number of chains in which ours were missing.
Result<std::size_t> open_firewall_again(Host& host);

using OpenEye = std::function<std::unique_ptr<Eye>()>;

/// Until it is cancelled. The eye is opened once, with the first rule of ours; none: it looks every so often.
Async<> keep_firewall_open(Host& host, OpenEye open, Standing& standing, one::asio::thread_pool& worker,
                           FirewallLimits limits);

}  // namespace onenode
