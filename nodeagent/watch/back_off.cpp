// A front-end that comes back meets its nodes one after the other: each knows nothing of the rest.
#include "nodeagent/watch/back_off.hpp"

#include <algorithm>
#include <cstdint>

namespace onenode {

std::chrono::milliseconds BackOff::next(double share)
{
    const auto wait = part_of(next_, share);
    next_ = std::min(next_ * 2, last_);
    return wait;
}

std::chrono::milliseconds longer(std::chrono::milliseconds time, std::chrono::milliseconds first,
                                 std::chrono::milliseconds last)
{
    return time.count() == 0 ? first : std::min(time * 2, last);
}

std::chrono::milliseconds part_of(std::chrono::seconds time, double share)
{
    const std::chrono::milliseconds whole = time;
    return whole / 2 +
           std::chrono::milliseconds{static_cast<std::int64_t>(static_cast<double>(whole.count()) / 2 * share)};
}

}  // namespace onenode
