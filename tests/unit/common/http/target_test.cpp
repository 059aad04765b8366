// What a person may type as FRONTEND.
#include "common/http/target.hpp"

#include <gtest/gtest.h>

namespace one::http {
namespace {

std::string read(std::string_view text)
{
    const auto target = parse_frontend(text);
    return target ? target->host + " " + std::to_string(target->port) : "refused: " + target.error().reason;
}

TEST(FrontendAddress, IsANameOrAnAddressWithAPort)
{
    EXPECT_EQ(read("one.example.com"), "one.example.com 4125");
    EXPECT_EQ(read(" one:4200 "), "one 4200");
    EXPECT_EQ(read("10.0.0.1"), "10.0.0.1 4125");
    EXPECT_EQ(read("fd00::1"), "fd00::1 4125");
    EXPECT_EQ(read("[fd00::1]"), "fd00::1 4125");
    EXPECT_EQ(read("[fd00::1]:99"), "fd00::1 99");
    EXPECT_EQ(to_text(*parse_frontend("[fd00::1]:99")), "[fd00::1]:99");
}

TEST(FrontendAddress, IsRefusedWithTheReason)
{
    EXPECT_EQ(read("https://one.example.com"), "refused: it is a URL");
    EXPECT_EQ(read(""), "refused: it is no name and no address");
    EXPECT_EQ(read("one:"), "refused: the port is missing");
    EXPECT_EQ(read("[fd00::1]:"), "refused: the port is missing");
    EXPECT_EQ(read("[fd00::1"), "refused: a ] is missing");
    EXPECT_EQ(read("[fd00::1]x"), "refused: something follows the ]");
    for (const auto* port : {"one:0", "one:65536", "one:-1", "one:12x", "one:99999999999"})
        EXPECT_EQ(read(port), "refused: its port is no number from 1 to 65535") << port;
    for (const auto* name : {"one example", "-x", "one;rm", "one/x"})
        EXPECT_EQ(read(name), "refused: it is no name and no address") << name;
}

}  // namespace
}  // namespace one::http
