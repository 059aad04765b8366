// The descriptor races a timer.
#include "nodeagent/watch/readable.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace onenode {
namespace {

using namespace boost::asio::experimental::awaitable_operators;

constexpr int longest_unrest = 5;  // times the quiet that is waited for

Async<Woken> until(Descriptor& descriptor, Descriptor::wait_type what,
                   std::optional<std::chrono::steady_clock::time_point> limit)
{
    if (!limit) {
        const auto [stopped] = co_await descriptor.async_wait(what, one::awaited);
        co_return stopped ? Woken::cancelled : Woken::changed;
    }
    one::asio::steady_timer timer{descriptor.get_executor(), *limit};
    auto happened = descriptor.async_wait(what, one::awaited);
    auto over = timer.async_wait(one::awaited);
    auto either = std::move(happened) || std::move(over);
    const auto first = co_await std::move(either);
    const auto state = co_await one::asio::this_coro::cancellation_state;
    if (state.cancelled() != one::asio::cancellation_type::none) co_return Woken::cancelled;
    co_return first.index() == 0 ? Woken::changed : Woken::time_passed;
}

}  // namespace

Async<Woken> until_readable(Descriptor& descriptor, std::optional<std::chrono::steady_clock::time_point> limit)
{
    return until(descriptor, Descriptor::wait_read, limit);
}

Async<Woken> until_notified(Descriptor& descriptor, std::optional<std::chrono::steady_clock::time_point> limit)
{
    return until(descriptor, Descriptor::wait_error, limit);  // EPOLLPRI
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
