// The descriptor races a timer.
#include "nodeagent/watch/readable.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace onenode {
namespace {

using namespace boost::asio::experimental::awaitable_operators;

constexpr auto for_reading = Descriptor::wait_read;
constexpr int longest_unrest = 5;  // times the quiet that is waited for

}  // namespace

Async<Woken> until_readable(Descriptor& descriptor, std::optional<std::chrono::steady_clock::time_point> limit)
{
    if (!limit) {
        const auto [stopped] = co_await descriptor.async_wait(for_reading, one::awaited);
        co_return stopped ? Woken::cancelled : Woken::changed;
    }
    one::asio::steady_timer timer{descriptor.get_executor(), *limit};
    auto readable = descriptor.async_wait(for_reading, one::awaited);
    auto over = timer.async_wait(one::awaited);
    auto either = std::move(readable) || std::move(over);
    const auto first = co_await std::move(either);
    const auto state = co_await one::asio::this_coro::cancellation_state;
    if (state.cancelled() != one::asio::cancellation_type::none) co_return Woken::cancelled;
    co_return first.index() == 0 ? Woken::changed : Woken::time_passed;
}

Async<bool> until_quiet(Eye& eye, std::chrono::milliseconds quiet)
{
    for (int i = 0; i < longest_unrest; ++i) {
        const Woken woken = co_await eye.changed(quiet);
        if (woken == Woken::cancelled) co_return false;
        if (woken == Woken::time_passed) co_return true;
    }
    co_return true;  // who writes without end is not waited for
}

}  // namespace onenode
