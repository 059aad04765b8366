// Puts back, within a second, what somebody changed of ours. Who insists on changing a file is given way to there alone:
// what oneadmin may write must not keep what is root's from its repair.
#pragma once

#include "nodeagent/watch/eyes.hpp"
#include "nodeagent/watch/follow.hpp"
#include "nodeagent/watch/standing.hpp"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace onenode {

struct MenderLimits {
    std::chrono::milliseconds quiet{150};  // an editor's several writes are one change
    std::size_t repairs = 4;               // so many of a path within a window are no accident any more
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
    Async<> look_where_needed();

private:
    using Clock = std::chrono::steady_clock;
    using Times = std::deque<Clock::time_point>;
    struct Quarrel {                        // about one path
        Times repairs{};                    // within the last window
        std::chrono::milliseconds rest{0};  // zero: nobody insists
        bool rests = false;                 // no repair before `until`
        Clock::time_point until{};          // of the rest, or of as long a time in which nobody changes it again
        std::chrono::system_clock::time_point shown{};  // the same for people
        std::string what{};                             // differs
    };

    Async<> mend_now();
    bool looks_too_often();
    void make_peace();
    [[nodiscard]] std::set<std::string> spared();
    void note_quarrels(const Mended& mended, Clock::time_point began);
    void tell(const Mended& mended);
    [[nodiscard]] std::optional<std::chrono::milliseconds> patience() const;
    [[nodiscard]] bool too_many(Times& times, std::size_t limit) const;

    Host* host_;
    Steps steps_;
    FileEye* eye_;
    Standing* standing_;
    one::asio::thread_pool* worker_;
    MenderLimits limits_;
    std::function<void()> repaired_;
    std::map<std::string, Quarrel> quarrels_{};
    Times looks_{};                       // that took a plan and found nothing to repair
    std::chrono::milliseconds retry_{0};  // zero: the last repair went well
};

}  // namespace onenode
