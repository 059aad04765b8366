#include "frontend/api/attempts.hpp"

#include <gtest/gtest.h>

namespace onefrontend::api {
namespace {

const AttemptLimits limits{.failures = 3, .window = 60, .addresses = 2};

TEST(Attempts, AreRefusedAfterTooManyFailuresUntilTheWindowEnds)
{
    Attempts attempts{limits};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(attempts.must_wait("10.0.0.5", 100), 0);
        attempts.failed("10.0.0.5", 100);
    }
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 110), 50);
    EXPECT_EQ(attempts.must_wait("10.0.0.6", 110), 0);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 160), 0);
    attempts.failed("10.0.0.5", 160);
    EXPECT_EQ(attempts.must_wait("10.0.0.5", 161), 0) << "a new window";
}

TEST(Attempts, CountAnIpv6NetworkAsOne)
{
    Attempts attempts{limits};
    for (const char* address : {"2001:db8::1", "2001:db8::2", "2001:db8::3"})
        attempts.failed(address, 100);
    EXPECT_GT(attempts.must_wait("2001:db8::4", 100), 0);
    EXPECT_EQ(attempts.must_wait("2001:db8:0:1::4", 100), 0);
}

TEST(Attempts, ForgetTheOldestWhereThereAreTooMany)
{
    Attempts attempts{limits};
    for (int i = 0; i < 3; ++i)
        attempts.failed("10.0.0.1", 100);
    attempts.failed("10.0.0.2", 101);
    attempts.failed("10.0.0.3", 102);
    EXPECT_EQ(attempts.must_wait("10.0.0.1", 103), 0);
}

}  // namespace
}  // namespace onefrontend::api
