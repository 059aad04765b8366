// How long to wait after each failure: twice as long as before, up to a limit, and never exactly.
#pragma once

#include <chrono>

namespace onenode {

class BackOff {
public:
    BackOff(std::chrono::seconds first, std::chrono::seconds last) : first_(first), last_(last), next_(first) {}

    /// `share`, 0 to 1: nodes that failed together wait between a half and all of it.
    std::chrono::milliseconds next(double share);
    void reset() { next_ = first_; }

private:
    std::chrono::seconds first_;
    std::chrono::seconds last_;
    std::chrono::seconds next_;
};

/// The next of a row of rests: the first where there was none (zero), else twice the last one, up to the limit.
std::chrono::milliseconds longer(std::chrono::milliseconds time, std::chrono::milliseconds first,
                                 std::chrono::milliseconds last);

/// Between a half and all of it.
std::chrono::milliseconds part_of(std::chrono::seconds time, double share);

}  // namespace onenode
