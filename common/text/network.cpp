// All addresses are IPv6 here: an IPv4 one is ::ffff:a.b.c.d, and its prefix 96 longer.
#include "common/text/network.hpp"

#include "common/text/number.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <string>

namespace one {
namespace {

constexpr int ipv4_prefix = 96;
using Bytes = std::array<unsigned char, 16>;

struct Address {
    Bytes bytes{};
    bool is_ipv4 = false;
};

std::optional<Address> read_address(std::string_view text)
{
    const std::string terminated{text};
    Address address;
    if (::inet_pton(AF_INET6, terminated.c_str(), address.bytes.data()) == 1) return address;
    address.bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0};
    address.is_ipv4 = true;
    if (::inet_pton(AF_INET, terminated.c_str(), &address.bytes[12]) == 1) return address;
    return std::nullopt;
}

Bytes masked(Bytes bytes, int prefix)
{
    for (int i = 0; i < 16; ++i) {
        const int kept = std::clamp(prefix - 8 * i, 0, 8);
        bytes[static_cast<std::size_t>(i)] &= static_cast<unsigned char>(0xff00 >> kept);
    }
    return bytes;
}

}  // namespace

std::optional<Network> read_network(std::string_view text)
{
    const auto slash = text.find('/');
    const auto address = read_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const int longest = address->is_ipv4 ? 32 : 128;
    const auto prefix = slash == std::string_view::npos ? longest : to_number<int>(text.substr(slash + 1));
    if (!prefix || *prefix < 0 || *prefix > longest) return std::nullopt;
    const int whole = address->is_ipv4 ? ipv4_prefix + *prefix : *prefix;
    return Network{.address = masked(address->bytes, whole), .prefix = whole};
}

bool contains(const Network& network, std::string_view address)
{
    const auto read = read_address(address);
    return read && masked(read->bytes, network.prefix) == network.address;
}

}  // namespace one
