// Networks of IP addresses: "10.42.0.0/16", "fd00::/8", or one address alone.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace one {

struct Network {
    std::array<unsigned char, 16> address{};  // IPv4 as it is written in IPv6
    int prefix = 0;                           // bits of it that count
    bool operator==(const Network&) const = default;
};

/// Nothing where the text is no network. Bits behind the prefix do not count.
std::optional<Network> read_network(std::string_view text);

/// An IPv4 address is in a network of IPv4 also where it is spelled in IPv6; what is no address is nowhere.
bool contains(const Network& network, std::string_view address);

}  // namespace one
