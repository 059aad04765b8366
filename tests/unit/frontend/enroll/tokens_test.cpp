#include "frontend/enroll/tokens.hpp"

#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using namespace std::chrono_literals;

class TokensTest : public testing::Test {
protected:
    Result<one::JoinToken> create(TokenWish wish)
    {
        return test::run(tokens.create(std::move(wish), "alice", test::some_pin, 1000));
    }

    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    Tokens tokens{cloud};
};

TEST_F(TokensTest, AreStoredAsAHashOnly)
{
    const auto shown = create({.uses = 3, .life = 1h, .name = ""});
    ASSERT_TRUE(shown);
    EXPECT_EQ(one.documents.at(shown->id).body.find(shown->secret.reveal()), std::string::npos);
    const auto stored = *test::run(tokens.get(shown->id));
    EXPECT_EQ(stored.uses, 3);
    EXPECT_EQ(stored.expires_at, 1000 + 3600);
    EXPECT_EQ(stored.created_by, "alice");
    EXPECT_FALSE(fault_of(stored, shown->secret, 1000));
}

TEST_F(TokensTest, ExpireAtTheVerySecond)
{
    const auto shown = create({.uses = 1, .life = 10s, .name = ""});
    const auto stored = *test::run(tokens.get(shown->id));
    EXPECT_FALSE(fault_of(stored, shown->secret, 1009));
    EXPECT_EQ(fault_of(stored, shown->secret, 1010), TokenFault::expired);
}

TEST_F(TokensTest, DoNotTellAGuesserThatTheyExpired)
{
    const auto shown = create({.uses = 1, .life = 10s, .name = ""});
    const auto stored = *test::run(tokens.get(shown->id));
    EXPECT_EQ(fault_of(stored, one::make_join_secret(), 9999), TokenFault::wrong);
}

TEST_F(TokensTest, RefuseWishesThatMakeNoSense)
{
    EXPECT_FALSE(create({.uses = 0, .life = 1h, .name = ""}));
    EXPECT_FALSE(create({.uses = 10001, .life = 1h, .name = ""}));
    EXPECT_FALSE(create({.uses = 1, .life = 0s, .name = ""}));
    EXPECT_FALSE(create({.uses = 1, .life = 24h * 366, .name = ""}));
    EXPECT_FALSE(create({.uses = 1, .life = 1h, .name = "-bad-"}));
    EXPECT_FALSE(create({.uses = 2, .life = 1h, .name = "kvm1"}));
    EXPECT_FALSE(create({.limits = {.networks = {"10.0.0.0/33"}}}));
    EXPECT_FALSE(create({.limits = {.type = "vmware"}}));
    EXPECT_FALSE(create({.limits = {.name_pattern = "kvm[1"}}));
    EXPECT_FALSE(create({.limits = {.replaces = true}})) << "in whose place?";
    EXPECT_EQ(one.count(token_document), 0);
}

TEST_F(TokensTest, KeepTheirRestrictionWhenTheyAreRead)
{
    EXPECT_FALSE(token_from_json(1, R"({"secret_hash":"x","uses":1,"expires_at":5,"revoked":false})"))
        << "a lost name would widen it";
    Token token;
    token.id = 5;
    token.secret_hash = "h";
    token.name = "kvm1";
    token.created_at = 5;
    token.limits = {
        .name_pattern = "kvm*", .networks = {"10.0.0.0/8"}, .cluster = "prod", .type = "kvm", .replaces = true};
    EXPECT_EQ(*token_from_json(5, to_json(token)), token);
}

TEST_F(TokensTest, AreListedWithoutTheOneThatCannotBeRead)
{
    create({}).value();
    one.put(token_document, "{}");
    EXPECT_EQ(test::run(tokens.all())->size(), 1U);
}

}  // namespace
}  // namespace onefrontend
