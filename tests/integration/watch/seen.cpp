// One wait, run to its end.
#include "tests/integration/watch/seen.hpp"

namespace onenode {

Woken seen(one::asio::io_context& loop, Eye& eye)
{
    return one::run_to_end(loop, eye.changed(std::chrono::milliseconds{5'000}));
}

Woken seen_at_once(one::asio::io_context& loop, Eye& eye)
{
    return one::run_to_end(loop, eye.changed(std::chrono::milliseconds{20}));
}

}  // namespace onenode
