// Waits for an eye on a loop of the test's own, with a deadline.
#pragma once

#include "nodeagent/watch/eyes.hpp"

namespace onenode {

/// Within five seconds.
Woken seen(one::asio::io_context& loop, Eye& eye);
/// What is there already; for what must not be seen.
Woken seen_at_once(one::asio::io_context& loop, Eye& eye);

}  // namespace onenode
