// Counts wrong tokens an address, IPv6 by its /64.
#include "frontend/api/attempts.hpp"

#include "common/http/one_peer.hpp"

#include <algorithm>

namespace onefrontend::api {
std::int64_t Attempts::must_wait(const std::string& address, std::int64_t now) const
{
    const auto found = counts_.find(one::http::network_of_one_peer(address));
    if (found == counts_.end() || found->second.failures < limits_.failures) return 0;
    return std::max<std::int64_t>(0, found->second.since + limits_.window - now);
}

void Attempts::failed(const std::string& address, std::int64_t now)
{
    auto& count = counts_[one::http::network_of_one_peer(address)];
    if (count.failures == 0 || count.since + limits_.window <= now) count = {.since = now, .failures = 0};
    ++count.failures;
    if (counts_.size() > limits_.addresses) forget_oldest();
}

void Attempts::forget_oldest()
{
    const auto oldest = std::ranges::min_element(counts_, {}, [](const auto& entry) { return entry.second.since; });
    counts_.erase(oldest);
}

}  // namespace onefrontend::api
