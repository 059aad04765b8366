// Who counts as one where peers are counted.
#pragma once

#include <string>
#include <string_view>

namespace one::http {

/// What one peer has to itself: an IPv4 address, the /64 around an IPv6 one.
std::string network_of_one_peer(std::string_view address);

}  // namespace one::http
