#include "frontend/enroll/addresses.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

TEST(Addresses, HaveOneSpellingEach)
{
    EXPECT_EQ(normal_address("10.0.0.5"), "10.0.0.5");
    EXPECT_EQ(normal_address("::ffff:10.0.0.5"), "10.0.0.5");
    EXPECT_EQ(normal_address("2001:DB8::0:1"), "2001:db8::1");
    EXPECT_EQ(normal_address("node1"), "");
    EXPECT_TRUE(is_ipv4("10.0.0.5"));
    EXPECT_FALSE(is_ipv4("2001:db8::1"));
}

TEST(BackLogin, GoesToWhereTheRequestCameFrom)
{
    EXPECT_EQ(*back_login_address("", "::ffff:10.0.0.5"), "10.0.0.5");
    EXPECT_EQ(*back_login_address("10.0.0.5", "10.0.0.5"), "10.0.0.5");
}

TEST(BackLogin, IsRefusedToAnyOtherAddress)
{
    EXPECT_EQ(back_login_address("10.0.0.6", "10.0.0.5").error().kind, one::ErrorKind::invalid);
    EXPECT_FALSE(back_login_address("node1", "10.0.0.5"));
}

TEST(BackLogin, NeverGoesIntoAClosedNetwork)
{
    const std::vector<std::string> closed{"10.42.7.0/16", "fd00:42::/32"};
    EXPECT_EQ(back_login_address("", "::ffff:10.42.0.5", closed).error().reason,
              "no node is in 10.42.7.0/16 (closed_networks of the front-end)");
    EXPECT_FALSE(back_login_address("", "fd00:42:1::5", closed));
    EXPECT_TRUE(back_login_address("", "10.43.0.5", closed));
    EXPECT_TRUE(back_login_address("", "fd00:43::5", closed));
}

class Unreachable : public testing::TestWithParam<const char*> {};

TEST_P(Unreachable, IsNeverLoggedInTo)
{
    EXPECT_FALSE(back_login_address("", GetParam())) << GetParam();
}

INSTANTIATE_TEST_SUITE_P(Addresses, Unreachable,
                         testing::Values("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", "169.254.1.1", "fe80::1",
                                         "0.0.0.0", "::", "224.0.0.1", "ff02::1", "", "garbage"));

}  // namespace
}  // namespace onefrontend
