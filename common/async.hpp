// Coroutines on Boost.Asio, in our words: Async<T>, awaited results, tasks that can be stopped, work off the loop.
#pragma once

#include "common/result.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>

namespace one {

namespace asio = boost::asio;

template <class T = void>
using Async = asio::awaitable<T>;

/// Completion token whose errors are values: `const auto [error, n] = co_await stream.async_read_some(b, awaited);`
inline constexpr auto awaited = asio::as_tuple(asio::use_awaitable);

/// Runs blocking work (libssh, libvirt, libc's resolver, child processes) on the pool; comes back to the caller's loop.
/// Who is told to stop meanwhile stops when it is back: what runs on the pool is not told, it could only end halfway.
template <class Work>
auto off_the_loop(asio::thread_pool& pool, Work work) -> Async<decltype(work())>
{
    // The executor of the pool runs the inner coroutine; co_spawn resumes us on our own executor.
    auto inner = [](Work owned) -> Async<decltype(work())> { co_return owned(); };
    co_return co_await asio::co_spawn(pool, inner(std::move(work)),
                                      asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
}

/// Waits on the loop's timer. False when the wait was cancelled.
Async<bool> pause(std::chrono::steady_clock::duration time);

/// Spawned coroutines, each with its own cancellation; what escapes from one is logged, never lost. All of them run on
/// the one executor, and spawn, cancel and drain are called there, too: where several threads run the loop, a strand.
class Tasks {
public:
    explicit Tasks(asio::any_io_executor executor);
    ~Tasks();
    Tasks(const Tasks&) = delete;
    Tasks& operator=(const Tasks&) = delete;

    using Id = std::uint64_t;

    /// The task begins after this returned.
    Id spawn(std::string name, Async<> task);
    /// Asks every task to stop; they end at their next await.
    void cancel();
    /// The same for one; nothing happens where it ended already.
    void cancel(Id task);
    /// Waits until all ended, at most `limit`; true when none is left.
    Async<bool> drain(std::chrono::steady_clock::duration limit);
    [[nodiscard]] std::size_t running() const;

private:
    struct State;
    std::shared_ptr<State> state_;  // shared with tasks that are still ending when we are gone
};

/// Runs one coroutine on a loop of its own until it is done: for verbs, which have nothing else to do meanwhile.
template <class T>
T run_to_end(asio::io_context& loop, Async<T> work)
{
    auto done = asio::co_spawn(loop, std::move(work), asio::use_future);
    loop.restart();
    while (done.wait_for(std::chrono::seconds{0}) != std::future_status::ready && loop.run_one() != 0) {
    }
    return done.get();
}

}  // namespace one
