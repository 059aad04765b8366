// What the sweep of tokens takes, and above all what it leaves.
#include "frontend/api/token_sweep.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/api/with_service.hpp"

namespace onefrontend::api {
namespace {

constexpr std::int64_t today = 1'800'000'000;
constexpr std::int64_t day = 24 * 60 * 60;

class TokenSweep : public WithService {
protected:
    TokenSweep()
    {
        service.now_ms = [] { return today * 1000; };
    }
    int token(std::int64_t days_since_its_end, bool revoked = false)
    {
        Token made{.secret_hash = "x", .expires_at = today - days_since_its_end * day, .revoked = revoked};
        return one.put(token_document, to_json(made));
    }
    int claim(int of_token)
    {
        const Claim made{.token = of_token, .key = "key"};
        return one.put(claim_document, to_json(made));
    }
    void node_of(int token_id)
    {
        Node node;
        node.name = "kvm1";
        node.token_id = token_id;
        one.put(node_document, to_json(node));
    }
    Result<> sweep() { return test::run(sweep_tokens(service)); }
    bool is_revoked(int id) { return token_from_json(id, one.documents.at(id).body)->revoked; }
    bool is_there(int id) { return one.documents.contains(id); }
};

TEST_F(TokenSweep, RemovesATokenAndItsClaimsAWeekAfterItsEnd)
{
    const int old = token(9);
    const int spent = claim(old);
    ASSERT_TRUE(sweep());
    EXPECT_TRUE(is_revoked(old)) << "from now on no claim of it is granted";
    ASSERT_TRUE(sweep());
    EXPECT_FALSE(is_there(old));
    EXPECT_TRUE(is_there(spent)) << "never before its token";
    ASSERT_TRUE(sweep());
    EXPECT_FALSE(is_there(spent));
    const auto told = site.directory.read("state/audit.log");
    EXPECT_NE(told.find("token-revoked"), std::string::npos) << told;
    EXPECT_NE(told.find("token-removed"), std::string::npos) << told;
}

TEST_F(TokenSweep, LeavesATokenThatItRevokedForAnotherDay)
{
    const int old = token(7);
    ASSERT_TRUE(sweep());
    ASSERT_TRUE(sweep());
    EXPECT_TRUE(is_there(old) && is_revoked(old));
}

TEST_F(TokenSweep, LeavesATokenThatANodeRenewsWith)
{
    const int old = token(365);
    const int spent = claim(old);
    node_of(old);
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(sweep());
    EXPECT_TRUE(is_there(old) && is_there(spent));
    EXPECT_FALSE(is_revoked(old));
    EXPECT_TRUE(*test::run(service.claims.holds(old, "key")));
}

TEST_F(TokenSweep, LeavesATokenThatEndedThisWeekOrWasRevokedBeforeItsEnd)
{
    const int fresh = token(6);
    const int spent = claim(fresh);
    const int revoked = token(-1, true);
    ASSERT_TRUE(sweep());
    EXPECT_TRUE(is_there(fresh) && is_there(spent) && is_there(revoked));
    EXPECT_FALSE(is_revoked(fresh));
}

TEST_F(TokenSweep, RemovesNothingWhereANodeCannotBeRead)
{
    const int old = token(9, true);
    one.put(node_document, "{");
    EXPECT_FALSE(sweep());
    EXPECT_TRUE(is_there(old));
}

TEST_F(TokenSweep, RemovesNothingUnseen)
{
    const int old = token(9, true);
    std::filesystem::remove_all(site.directory.path("state"));
    EXPECT_FALSE(sweep());
    EXPECT_TRUE(is_there(old));
}

}  // namespace
}  // namespace onefrontend::api
