#include "frontend/enroll/claims.hpp"

#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using namespace std::string_view_literals;

class ClaimsTest : public testing::Test {
protected:
    int token(Token wanted = {})
    {
        wanted.secret_hash = one::hash_of_join_secret(one::Secret{"right"sv});
        if (wanted.expires_at == 0) wanted.expires_at = 2000;
        return one.put(token_document, to_json(wanted));
    }
    ClaimOutcome claim(int id, const char* key, const char* secret = "right", std::int64_t now = 1000)
    {
        return test::run(claims.claim(id, one::Secret{std::string_view{secret}}, key, now)).value();
    }
    static bool granted(const ClaimOutcome& outcome) { return std::holds_alternative<Granted>(outcome); }
    static TokenFault fault(const ClaimOutcome& outcome) { return std::get<TokenFault>(outcome); }

    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    Claims claims{cloud};
};

TEST_F(ClaimsTest, GrantsAsManyKeysAsTheTokenHasUses)
{
    const int id = token({.uses = 2});
    EXPECT_TRUE(granted(claim(id, "a")));
    EXPECT_TRUE(granted(claim(id, "b")));
    EXPECT_EQ(fault(claim(id, "c")), TokenFault::used);
    EXPECT_EQ(one.count(claim_document), 2);
}

TEST_F(ClaimsTest, StoreNothingWhenTheSameKeyAsksAgain)
{
    const int id = token();
    claim(id, "a");
    EXPECT_TRUE(granted(claim(id, "a")));
    EXPECT_EQ(one.count(claim_document), 1);
}

TEST_F(ClaimsTest, LetTheWinnerGoOnAfterTheTokenExpired)
{
    const int id = token({.expires_at = 2000});
    claim(id, "a");
    EXPECT_TRUE(granted(claim(id, "a", "right", 99999)));
    EXPECT_EQ(fault(claim(id, "b", "right", 99999)), TokenFault::expired);
}

TEST_F(ClaimsTest, TellAWrongSecretFromAnUnknownToken)
{
    const int id = token();
    EXPECT_EQ(fault(claim(id, "a", "guessed")), TokenFault::wrong);
    EXPECT_EQ(fault(claim(id + 7, "a")), TokenFault::unknown);
    EXPECT_EQ(one.count(claim_document), 0);
}

TEST_F(ClaimsTest, DoNotTakeAnotherDocumentForAToken)
{
    const int node = one.put(node_document, to_json(Token{}));
    EXPECT_EQ(fault(claim(node, "a")), TokenFault::unknown);
}

TEST_F(ClaimsTest, RefuseARevokedTokenAlsoToItsWinner)
{
    const int id = token();
    claim(id, "a");
    Tokens tokens{cloud};
    EXPECT_TRUE(*test::run(tokens.revoke(id)));
    EXPECT_FALSE(*test::run(tokens.revoke(id)));
    EXPECT_EQ(fault(claim(id, "a")), TokenFault::revoked);
    EXPECT_TRUE(*test::run(claims.holds(id, "a"))) << "a node that is in stays in";
}

TEST_F(ClaimsTest, KeepAUseSpentButOfNoUseAfterItsNodeWasRemoved)
{
    const int id = token();
    claim(id, "a");
    ASSERT_TRUE(test::run(claims.close(id, "a")));
    EXPECT_EQ(fault(claim(id, "a")), TokenFault::used);
    EXPECT_EQ(fault(claim(id, "b")), TokenFault::used);
    EXPECT_FALSE(*test::run(claims.holds(id, "a")));
}

TEST_F(ClaimsTest, HoldNothingForAKeyThatNeverClaimed)
{
    const int id = token();
    EXPECT_FALSE(*test::run(claims.holds(id, "a")));
    EXPECT_FALSE(*test::run(claims.holds(id + 1, "a")));
}

TEST_F(ClaimsTest, SayNothingWhileOnedIsAway)
{
    const int id = token();
    one.away = true;
    const auto outcome = test::run(claims.claim(id, one::Secret{"right"sv}, "a", 1000));
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().kind, one::ErrorKind::unreachable);
}

TEST_F(ClaimsTest, RefuseToCountBesideAClaimThatCannotBeRead)
{
    const int id = token();
    one.put(claim_document, "{broken");
    EXPECT_FALSE(test::run(claims.claim(id, one::Secret{"right"sv}, "a", 1000)));
}

/// Notes from where on claims were listed.
class NotingCloud : public test::FakeCloud {
public:
    using FakeCloud::FakeCloud;
    Async<Result<std::vector<oned::Document>>> documents(int type, int after) override
    {
        listed_after.push_back(after);
        return FakeCloud::documents(type, after);
    }
    std::vector<int> listed_after{};
};

class Holding : public ClaimsTest {
protected:
    bool holds(int id, const char* key) { return *test::run(signers.holds(id, key)); }
    int first_of(const char* key) const
    {
        for (const auto& [id, document] : one.documents)
            if (document.type == claim_document && claim_from_json(id, document.body)->key == key) return id;
        return -1;
    }

    NotingCloud watched{one};
    Claims signers{watched};
};

TEST_F(Holding, ListsNoClaimTwiceForTheKeysThatWon)
{
    const int id = token({.uses = 3});
    const int other = token();
    claim(id, "a");
    EXPECT_TRUE(holds(id, "a"));
    claim(other, "x");
    claim(id, "b");
    EXPECT_TRUE(holds(id, "b"));
    claim(id, "c");
    EXPECT_TRUE(holds(id, "c"));
    EXPECT_TRUE(holds(id, "a"));
    const std::vector<int> from{id, first_of("a"), first_of("b")};
    EXPECT_EQ(watched.listed_after, from);
}

TEST_F(Holding, ClaimsOfAnOpennebulaThatWasRestoredAreCountedAnew)
{
    const int id = token({.uses = 2});
    claim(id, "a");
    const int first = one.next_document - 1;
    const int others = token();
    for (const char* key : {"x", "y", "z"})
        claim(others, key);
    claim(id, "b");
    std::erase_if(one.documents, [first](const auto& entry) { return entry.first >= first; });
    one.next_document = first;
    EXPECT_TRUE(granted(claim(id, "c")));
    EXPECT_TRUE(granted(claim(id, "d")));
    EXPECT_EQ(fault(claim(id, "e")), TokenFault::used);
    EXPECT_EQ(fault(claim(id, "a")), TokenFault::used);
}

TEST_F(Holding, SeesThatAClaimWasClosedSince)
{
    const int id = token({.uses = 2});
    claim(id, "a");
    EXPECT_TRUE(holds(id, "a"));
    ASSERT_TRUE(test::run(claims.close(id, "a")));
    EXPECT_FALSE(holds(id, "a"));
    EXPECT_FALSE(holds(id, "a"));
}

TEST_F(Holding, RefusesWhoCameTooLateHoweverTheClaimsWereSeen)
{
    const int id = token({.uses = 2});
    claim(id, "a");
    EXPECT_TRUE(holds(id, "a"));
    claim(id, "b");
    Claim late;
    late.token = id;
    late.key = "c";
    one.put(claim_document, to_json(late));
    EXPECT_FALSE(holds(id, "c"));
    EXPECT_TRUE(holds(id, "b"));
    EXPECT_FALSE(holds(id, "c"));
}

TEST_F(Holding, GoesOnWhereATwinOfTheClaimIsWithdrawn)
{
    const int id = token();
    claim(id, "a");
    Claim twin;
    twin.token = id;
    twin.key = "a";
    const int second = one.put(claim_document, to_json(twin));
    EXPECT_TRUE(holds(id, "a"));
    one.documents.erase(second);
    EXPECT_TRUE(holds(id, "a"));
}

TEST_F(Holding, BelievesAnOpennebulaThatWasRestoredAndNotWhatWasSeenBefore)
{
    const int id = token();
    claim(id, "a");
    EXPECT_TRUE(holds(id, "a"));
    one.next_document = first_of("a");
    one.documents.erase(one.next_document);
    claim(id, "b");  // its claim has the id that the former one had
    EXPECT_TRUE(holds(id, "b"));
    EXPECT_FALSE(holds(id, "a"));
}

TEST_F(Holding, EndsWithTheTokenAndIsBoundedByTheirNumber)
{
    for (int number = 0; number < 40; ++number) {
        const int id = token();
        claim(id, "a");
        EXPECT_TRUE(holds(id, "a"));
        EXPECT_TRUE(holds(id, "a"));
        one.documents.erase(id);
        EXPECT_FALSE(holds(id, "a"));
    }
    const int kept = token();
    claim(kept, "a");
    for (int number = 0; number < 40; ++number) {
        const int id = token();
        claim(id, "b");
        EXPECT_TRUE(holds(id, "b"));
        EXPECT_TRUE(holds(kept, "a"));
    }
}

TEST(Winners, AreTheFirstDistinctKeys)
{
    const std::vector<Claim> claims{
        {.id = 1, .key = "a"}, {.id = 2, .key = "a"}, {.id = 5, .key = "b"}, {.id = 6, .key = "c"}};
    EXPECT_EQ(winners(claims, 2), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(winners(claims, 9), (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace
}  // namespace onefrontend
