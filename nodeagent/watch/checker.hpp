// Has the machine checked: when the agent starts, after something changed here, and otherwise now and then. Nobody else
// waits for it: a check may take as long as its programs are allowed to.
#pragma once

#include "nodeagent/watch/eyes.hpp"
#include "nodeagent/watch/standing.hpp"

#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <functional>

namespace onenode {

struct CheckerLimits {
    std::chrono::milliseconds quiet{2'000};  // before a run: several changes are one, and the agent mends them first
    std::chrono::milliseconds breather{10'000};  // after it, whatever changes
    std::chrono::seconds every{3'600};           // at the latest
    std::chrono::seconds first_again{60};        // while one finds an error or gets no answer, doubled up to the last
    std::chrono::seconds last_again{900};
    std::chrono::milliseconds patience{120'000};  // with a run; then it is said that it does not end
};

class Checker {
public:
    /// `look` changes nothing, and has a thread of its own; `done` is called after each run that was told.
    Checker(LookAtHealth look, Standing& standing, const one::asio::any_io_executor& executor, CheckerLimits limits,
            std::function<void()> done) :
        look_(std::move(look)),
        standing_(&standing),
        limits_(limits),
        done_(std::move(done)),
        next_(executor),
        late_(executor)
    {
    }

    /// Until it is cancelled.
    Async<> run();
    /// What was found may not be true any more.
    void changed();
    /// Just now. A file system whose server is dead holds the thread for ever, and our destructor with it.
    [[nodiscard]] bool looks() const { return looks_; }

private:
    Async<Result<Checkup>> look();
    Async<bool> sleep(std::chrono::milliseconds time);
    std::chrono::milliseconds show(const Result<Checkup>& found);

    LookAtHealth look_;
    Standing* standing_;
    CheckerLimits limits_;
    std::function<void()> done_;
    one::asio::steady_timer next_;
    one::asio::steady_timer late_;
    std::chrono::seconds again_ = limits_.first_again;
    bool changed_ = false;
    std::atomic<bool> looks_ = false;
    one::asio::thread_pool thread_{1};
};

}  // namespace onenode
