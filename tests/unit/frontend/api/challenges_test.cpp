// What a node is given to sign is known again for a while, and nobody else's.
#include "frontend/api/challenges.hpp"

#include <gtest/gtest.h>

namespace onefrontend::api {
namespace {

TEST(Challenge, IsKnownAgainForAMinuteAndForItsNodeAlone)
{
    const Challenges ours;
    const auto nonce = ours.make(7, 1000);
    EXPECT_TRUE(ours.is_ours(nonce, 7, 1000));
    EXPECT_TRUE(ours.is_ours(nonce, 7, 1060)) << "at the turn of a minute, too";
    EXPECT_FALSE(ours.is_ours(nonce, 7, 1120));
    EXPECT_FALSE(ours.is_ours(nonce, 7, 900)) << "after the clock was set back: it asks again";
    EXPECT_FALSE(ours.is_ours(nonce, 8, 1000));
    EXPECT_FALSE(ours.is_ours("", 7, 1000));
}

TEST(Challenge, OfAnotherReplicaIsNotKnown)
{
    EXPECT_FALSE(Challenges{}.is_ours(Challenges{}.make(7, 1000), 7, 1000));
}

}  // namespace
}  // namespace onefrontend::api
