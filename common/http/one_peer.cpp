// IPv6 addresses are handed out by the /64.
#include "common/http/one_peer.hpp"

#include <boost/asio/ip/network_v6.hpp>

namespace one::http {

std::string network_of_one_peer(std::string_view address)
{
    namespace ip = boost::asio::ip;
    boost::system::error_code bad;
    const auto parsed = ip::make_address_v6(std::string{address}, bad);
    if (bad || parsed.is_v4_mapped()) return std::string{address};
    return ip::network_v6{ip::make_address_v6(parsed.to_bytes()), 64}.canonical().to_string();
}

}  // namespace one::http
