// Puts back, within a second, what somebody changed of ours, and gives way to a program that insists on changing it.
#pragma once

#include "nodeagent/watch/eyes.hpp"
#include "nodeagent/watch/follow.hpp"
#include "nodeagent/watch/standing.hpp"

#include <deque>
#include <functional>

namespace onenode {

struct MenderLimits {
    std::chrono::milliseconds quiet{150};  // an editor's several writes are one change
    std::size_t repairs = 4;               // so many within a window are no accident any more
    std::size_t looks = 4;                 // so many without a repair, and the next ones have time
    std::chrono::milliseconds window{60'000};
    std::chrono::milliseconds first_rest{60'000};  // then doubled up to the last, until one passes undisturbed
    std::chrono::milliseconds last_rest{3'600'000};
    std::chrono::milliseconds breather{5'000};     // between looks, where somebody writes around our lines all the time
    std::chrono::milliseconds first_retry{1'000};  // of a repair that failed
    std::chrono::milliseconds last_retry{60'000};
};

class Mender {
public:
    /// `worker`: one thread, the same for all that changes the machine. `repaired` is told of each repair.
    Mender(Host& host, Steps steps, FileEye& eye, Standing& standing, one::asio::thread_pool& worker,
           MenderLimits limits, std::function<void()> repaired = {}) :
        host_(&host),
        steps_(steps),
        eye_(&eye),
        standing_(&standing),
        worker_(&worker),
        limits_(limits),
        repaired_(std::move(repaired))
    {
    }

    /// Until it is cancelled. What was edited before is mended at once.
    Async<> run();
    /// The journal may name other files now.
    void look_where_needed();

private:
    using Times = std::deque<std::chrono::steady_clock::time_point>;

    Async<> mend_now();
    Async<bool> insists();
    Async<bool> rest(std::vector<Drift> drift);
    void peace();
    [[nodiscard]] std::optional<std::chrono::milliseconds> patience() const;
    [[nodiscard]] bool too_many(Times& times, std::size_t limit) const;

    Host* host_;
    Steps steps_;
    FileEye* eye_;
    Standing* standing_;
    one::asio::thread_pool* worker_;
    MenderLimits limits_;
    std::function<void()> repaired_;
    Times repairs_{};                     // within the last window
    Times looks_{};                       // that took a plan and found nothing to repair
    std::chrono::milliseconds rest_{0};   // zero: nobody insists
    std::chrono::milliseconds retry_{0};  // zero: the last repair went well
};

}  // namespace onenode
