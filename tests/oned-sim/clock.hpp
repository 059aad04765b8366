// The front-end's clock, which a test may set wrong.
#pragma once

#include <atomic>
#include <ctime>

namespace onedsim {

class Clock {
public:
    [[nodiscard]] std::time_t now() const { return std::time(nullptr) + skew_.load(); }
    void skew(std::time_t seconds) { skew_ = seconds; }

private:
    std::atomic<std::time_t> skew_{0};
};

}  // namespace onedsim
