// Tasks: a cancellation signal for each spawned coroutine, and a place where the end of the last one is waited for.
#include "common/async.hpp"

#include "common/log.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include <map>
#include <vector>

namespace one {
namespace {

void report(const std::string& name, const std::exception_ptr& escaped)
{
    if (!escaped) return;
    try {
        std::rethrow_exception(escaped);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) return;  // it was asked to stop, and did
        log::error("task ended by an exception", {{"task", name}, {"what", error.what()}});
    } catch (const std::exception& error) {
        log::error("task ended by an exception", {{"task", name}, {"what", error.what()}});
    }
}

struct Task {
    std::string name{};
    bool has_begun = false;
    bool is_stopped = false;
    asio::cancellation_signal stop{};
};

/// Asio lets an exception out of the loop where a coroutine is told to stop before it waited once. So a task begins after
/// spawn has returned, and one that was stopped by then does not begin.
Async<> begin_later(Task& entry, Async<> task)
{
    co_await asio::post(asio::use_awaitable);
    if (entry.is_stopped) co_return;
    entry.has_begun = true;
    co_await std::move(task);
}

}  // namespace

Async<bool> pause(std::chrono::steady_clock::duration time)
{
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer{executor, time};
    const auto [cancelled] = co_await timer.async_wait(awaited);
    co_return !cancelled;
}

/// Shared with the completion of every task, which may come after the Tasks are gone.
struct Tasks::State {
    explicit State(asio::any_io_executor on) : executor(std::move(on)), last_ended(executor) {}

    asio::any_io_executor executor;
    std::map<Id, Task> running{};
    Id last_id = 0;
    asio::steady_timer last_ended;
};

Tasks::Tasks(asio::any_io_executor executor) : state_(std::make_shared<State>(std::move(executor))) {}

Tasks::~Tasks()
{
    cancel();
}

Tasks::Id Tasks::spawn(std::string name, Async<> task)
{
    const Id id = ++state_->last_id;
    Task& entry = state_->running[id];
    entry.name = std::move(name);
    auto ended = [state = state_, id](const std::exception_ptr& escaped) {
        report(state->running[id].name, escaped);
        state->running.erase(id);
        if (state->running.empty()) state->last_ended.cancel();
    };
    asio::co_spawn(state_->executor, begin_later(entry, std::move(task)),
                   asio::bind_cancellation_slot(entry.stop.slot(), std::move(ended)));
    return id;
}

void Tasks::cancel()
{
    std::vector<Id> ids;  // a list of our own: a task may end while it is told to
    for (const auto& [id, task] : state_->running)
        ids.push_back(id);
    for (const Id id : ids)
        cancel(id);
}

void Tasks::cancel(Id task)
{
    const auto found = state_->running.find(task);
    if (found == state_->running.end()) return;
    found->second.is_stopped = true;
    if (found->second.has_begun) found->second.stop.emit(asio::cancellation_type::terminal);
}

Async<bool> Tasks::drain(std::chrono::steady_clock::duration limit)
{
    const auto state = state_;
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!state->running.empty() && std::chrono::steady_clock::now() < deadline) {
        state->last_ended.expires_at(deadline);
        co_await state->last_ended.async_wait(awaited);
    }
    co_return state->running.empty();
}

std::size_t Tasks::running() const
{
    return state_->running.size();
}

}  // namespace one
