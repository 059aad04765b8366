// Counts wrong tokens an address, IPv6 by its /64.
#include "frontend/api/attempts.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>

namespace onefrontend::api {
namespace {

/// Who has one IPv6 address has its whole /64.
std::string network_of(const std::string& address)
{
    boost::system::error_code bad;
    const auto parsed = boost::asio::ip::make_address(address, bad);
    if (bad || !parsed.is_v6()) return address;
    auto bytes = parsed.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return boost::asio::ip::address_v6{bytes}.to_string() + "/64";
}

}  // namespace

std::int64_t Attempts::must_wait(const std::string& address, std::int64_t now) const
{
    const auto found = counts_.find(network_of(address));
    if (found == counts_.end() || found->second.failures < limits_.failures) return 0;
    return std::max<std::int64_t>(0, found->second.since + limits_.window - now);
}

void Attempts::failed(const std::string& address, std::int64_t now)
{
    auto& count = counts_[network_of(address)];
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
