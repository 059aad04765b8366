#include "common/text/network.hpp"

#include <gtest/gtest.h>

namespace one {
namespace {

bool is_in(std::string_view network, std::string_view address)
{
    const auto read = read_network(network);
    EXPECT_TRUE(read) << network;
    return read && contains(*read, address);
}

TEST(Network, HoldsTheAddressesThatShareItsPrefix)
{
    EXPECT_TRUE(is_in("10.42.0.0/16", "10.42.255.1"));
    EXPECT_FALSE(is_in("10.42.0.0/16", "10.43.0.1"));
    EXPECT_TRUE(is_in("10.42.7.0/23", "10.42.6.9")) << "bits behind the prefix do not count";
    EXPECT_TRUE(is_in("fd00::/8", "fd12::1"));
    EXPECT_FALSE(is_in("fd00::/8", "fe80::1"));
}

TEST(Network, OfEverythingHoldsItsOwnFamilyOnly)
{
    EXPECT_TRUE(is_in("0.0.0.0/0", "203.0.113.9"));
    EXPECT_FALSE(is_in("0.0.0.0/0", "2001:db8::1"));
    EXPECT_TRUE(is_in("::/0", "2001:db8::1"));
}

TEST(Network, MayBeOneAddress)
{
    EXPECT_TRUE(is_in("10.0.0.5", "10.0.0.5"));
    EXPECT_FALSE(is_in("10.0.0.5", "10.0.0.6"));
    EXPECT_FALSE(is_in("2001:db8::1", "2001:db8::2"));
}

TEST(Network, KnowsAnIpv4AddressThatIsSpelledAsIpv6)
{
    EXPECT_TRUE(is_in("10.42.0.0/16", "::ffff:10.42.0.1"));
}

TEST(Network, IsNothingElse)
{
    for (const char* text : {"", "10.42.0.0/33", "10.42.0.0/", "10.42.0.0/-1", "10.42.0/16", "::/129", "one",
                             "10.0.0.5/8/8", "10.0.0.5/ 8", "/8"})
        EXPECT_FALSE(read_network(text)) << text;
    EXPECT_FALSE(is_in("::/0", "no address"));
}

}  // namespace
}  // namespace one
