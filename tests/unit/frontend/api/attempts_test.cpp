#include "frontend/api/attempts.hpp"

#include <gtest/gtest.h>

namespace onefrontend::api {
namespace {

const AttemptLimits limits{.of_token = 3, .of_source = 5, .of_all = 8, .window = 60};

class AttemptsTest : public testing::Test {
protected:
    void fail(int times, const std::string& address, int token, std::int64_t now = 100)
    {
        for (int i = 0; i < times; ++i)
            attempts.failed(address, token, now);
    }
    Attempts attempts{limits};
};

TEST_F(AttemptsTest, WithOneTokenAreRefusedUntilTheWindowEnds)
{
    fail(2, "10.0.0.5", 7);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 7, 100).seconds, 0);
    fail(1, "10.0.0.5", 7);
    const auto wait = attempts.must_wait("10.0.0.5", 7, 110);
    EXPECT_EQ(wait.by, LimitedBy::token);
    EXPECT_EQ(wait.seconds, 50);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 7, 160).seconds, 0);
}

TEST_F(AttemptsTest, LetOtherMachinesBehindTheSameAddressGoOnWithTheirs)
{
    fail(3, "10.0.0.5", 7);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 8, 110).seconds, 0);
    EXPECT_EQ(attempts.must_wait("10.0.0.6", 7, 110).seconds, 0) << "nobody can spend another one's tries";
}

TEST_F(AttemptsTest, WithManyTokensOfOneSourceAreRefusedBeforeTheyAreHeard)
{
    for (int token = 0; token < 5; ++token)
        fail(1, "10.0.0.5", token);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 110).by, LimitedBy::source);
    EXPECT_EQ(attempts.must_wait("10.0.0.6", 110).seconds, 0);
}

TEST_F(AttemptsTest, FromEverywhereHaveACeiling)
{
    for (int i = 0; i < 8; ++i)
        fail(1, "10.0.1." + std::to_string(i), i);
    EXPECT_EQ(attempts.must_wait("10.9.9.9", 110).by, LimitedBy::everybody);
    EXPECT_EQ(attempts.must_wait("10.9.9.9", 160).seconds, 0);
}

TEST_F(AttemptsTest, CountAnIpv6NetworkAsOne)
{
    for (const char* address : {"2001:db8::1", "2001:db8::2", "2001:db8::3"})
        fail(1, address, 7);
    EXPECT_GT(attempts.must_wait("2001:db8::4", 7, 100).seconds, 0);
    EXPECT_EQ(attempts.must_wait("2001:db8:0:1::4", 7, 100).seconds, 0);
}

TEST_F(AttemptsTest, AreForgottenWhenTheClockIsSetBack)
{
    fail(3, "10.0.0.5", 7, 1'000'000);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 7, 1000).seconds, 0);
    fail(3, "10.0.0.5", 7, 1000);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 7, 1001).seconds, 59);
}

}  // namespace
}  // namespace onefrontend::api
