#include "common/text/number.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace one {
namespace {

TEST(Number, IsTheWholeText)
{
    EXPECT_EQ(to_number<int>("-7"), -7);
    for (const auto* text : {"", " 7", "7 ", "+7", "7x", "0x7", "7.0"})
        EXPECT_FALSE(to_number<int>(text)) << '"' << text << '"';
}

TEST(Number, FitsItsType)
{
    EXPECT_EQ(to_number<std::uint8_t>("255"), 255);
    EXPECT_FALSE(to_number<std::uint8_t>("256"));
    EXPECT_FALSE(to_number<unsigned>("-1"));
}

TEST(Port, IsWhatCanBeConnectedTo)
{
    EXPECT_EQ(to_port("1"), 1);
    EXPECT_EQ(to_port("65535"), 65535);
    for (const auto* text : {"0", "-1", "65536", "", "ssh"})
        EXPECT_FALSE(to_port(text)) << '"' << text << '"';
}

}  // namespace
}  // namespace one
