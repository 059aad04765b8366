// The front-end's clock, which a test may set wrong.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <ctime>

namespace onedsim {

class Clock {
public:
    [[nodiscard]] std::time_t now() const { return static_cast<std::time_t>(milliseconds() / 1000); }
    [[nodiscard]] std::int64_t milliseconds() const
    {
        const auto since = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(since).count() + skew_.load() * 1000;
    }
    void skew(std::int64_t seconds) { skew_ = seconds; }

private:
    std::atomic<std::int64_t> skew_{0};
};

}  // namespace onedsim
