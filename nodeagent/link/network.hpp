// The loop that a verb waits on: one question to the front-end at a time, each of them stopped by Ctrl-C.
#pragma once

#include "common/async.hpp"
#include "nodeagent/link/frontend.hpp"
#include "nodeagent/link/monitoring_path.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <memory>
#include <utility>

namespace onenode {

enum class Signals { watch, leave_alone };

class Network {
public:
    /// `watch`: SIGINT, SIGTERM and SIGHUP no longer kill; the wait that is under way ends, and all later ones at once.
    /// A second signal kills.
    Network(std::unique_ptr<MonitoringPath> path, Signals signals);
    ~Network();
    Network(const Network&) = delete;
    Network& operator=(const Network&) = delete;

    /// Runs it to its end, or to a signal: kind interrupted.
    template <class T>
    Result<T> wait(Async<Result<T>> work)
    {
        if (interrupted()) return one::fail(interruption());
        auto done = asio_spawn(std::move(work));
        run_until([&done] { return done.wait_for(std::chrono::seconds{0}) == std::future_status::ready; });
        try {
            auto result = done.get();
            if (!result && interrupted()) return one::fail(interruption());
            return result;
        } catch (const boost::system::system_error&) {  // how Asio ends a cancelled coroutine
            if (interrupted()) return one::fail(interruption());
            throw;
        }
    }

    /// As wait, for what may be asked again: while the front-end is busy it is asked a few times more, ever later.
    template <class Ask>
    auto patiently(Ask ask) -> decltype(wait(ask()))
    {
        for (int attempt = 0;; ++attempt) {
            auto answer = wait(ask());
            if (answer || answer.error().kind != one::ErrorKind::busy || attempt == last_attempt) return answer;
            TRY(rest(back_off(attempt)));
        }
    }

    /// Sleeps; kind interrupted where a signal came.
    Result<> rest(std::chrono::milliseconds time);
    /// Ends every wait from now on, as a signal does.
    void interrupt();
    [[nodiscard]] bool interrupted() const;
    /// The next steps are worth their time also after a signal: cleaning up.
    void go_on();

    [[nodiscard]] one::asio::any_io_executor executor();
    [[nodiscard]] MonitoringPath& monitoring_path() { return *path_; }

private:
    static constexpr int last_attempt = 4;
    struct Impl;

    template <class T>
    auto asio_spawn(Async<Result<T>> work)
    {
        return one::asio::co_spawn(executor(), std::move(work),
                                   one::asio::bind_cancellation_slot(slot(), one::asio::use_future));
    }
    template <class Ready>
    void run_until(Ready ready)
    {
        while (!ready() && run_one()) {
        }
    }
    bool run_one();
    one::asio::cancellation_slot slot();
    static std::chrono::milliseconds back_off(int attempt);
    static one::Error interruption();

    std::unique_ptr<Impl> impl_;
    std::unique_ptr<MonitoringPath> path_;
};

}  // namespace onenode
