#include "frontend/enroll/turnover.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

constexpr std::int64_t rotated = 1'000'000;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

Node node(const char* name, const char* authority)
{
    Node made;
    made.name = name;
    made.authority = authority;
    return made;
}

Token token(std::int64_t created_at, std::int64_t expires_at)
{
    Token made;
    made.id = 5;
    made.created_at = created_at;
    made.expires_at = expires_at;
    return made;
}

Turnover counted(const std::vector<Node>& nodes, const std::vector<Token>& tokens, std::int64_t now)
{
    AuthorityRecord newest;
    newest.pin = "new";
    newest.at = rotated;
    return count_turnover(newest, nodes, tokens, now, 7 * 24h);
}

TEST(TurnoverOfTheCa, CountsWhoShowedACertificateOfTheNewest)
{
    auto banned = node("kvm4", "");
    banned.banned = true;
    const auto turnover = counted({node("kvm1", "new"), node("kvm2", "old"), node("kvm3", ""), banned}, {}, rotated);
    EXPECT_EQ(turnover.turned, Names{"kvm1"});
    EXPECT_EQ(turnover.left, (Names{"kvm2", "kvm3"}));
    EXPECT_FALSE(is_over(turnover, rotated + 2 * hour));
}

TEST(TurnoverOfTheCa, IsOverOnceAllHaveTurnedAndAnHourHasPassed)
{
    const auto turnover = counted({node("kvm1", "new")}, {}, rotated);
    EXPECT_FALSE(is_over(turnover, rotated + hour - 1));
    EXPECT_TRUE(is_over(turnover, rotated + hour));
}

TEST(TurnoverOfTheCa, WaitsForJoinCommandsThatWerePrintedBefore)
{
    const auto now = rotated + 2 * hour;
    EXPECT_FALSE(is_over(counted({}, {token(rotated - 1, now + 1)}, now), now));
    EXPECT_TRUE(is_over(counted({}, {token(rotated - 1, now)}, now), now)) << "its time is up";
    EXPECT_TRUE(is_over(counted({}, {token(rotated, now + 1)}, now), now)) << "it pins the newest";
    auto revoked = token(rotated - 1, now + 1);
    revoked.revoked = true;
    EXPECT_TRUE(is_over(counted({}, {revoked}, now), now));
}

TEST(TurnoverOfTheCa, DoesNotWaitForANodeThatCouldNotComeBackAnyMore)
{
    const auto turnover = counted({node("gone", "old")}, {}, rotated);
    EXPECT_FALSE(is_over(turnover, rotated + 97 * day - 1));
    EXPECT_TRUE(is_over(turnover, rotated + 97 * day)) << "7 days of its certificate, and 90";
}

}  // namespace
}  // namespace onefrontend
