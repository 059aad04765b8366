// As inet_pton(3) reads it.
#include "common/text/address.hpp"

#include <arpa/inet.h>

namespace one {

bool is_address(const std::string& text)
{
    in6_addr bytes{};
    return ::inet_pton(AF_INET, text.c_str(), &bytes) == 1 || ::inet_pton(AF_INET6, text.c_str(), &bytes) == 1;
}

}  // namespace one
