#include "frontend/bootstrap/credentials.hpp"

#include <gtest/gtest.h>

#include <array>

using namespace onefrontend::bootstrap;
using one::Secret;

namespace {

Secret secret(std::string_view text)
{
    return Secret{text};
}

std::string body_with(const std::string& password, const std::string& driver = "core")
{
    return "<USER><ID>0</ID><NAME>oneadmin</NAME><PASSWORD><![CDATA[" + hash_of(Secret{password}) +
           "]]></PASSWORD><AUTH_DRIVER><![CDATA[" + driver + "]]></AUTH_DRIVER><ENABLED>1</ENABLED></USER>";
}

User user_with(const std::string& password, const std::string& driver = "core")
{
    return *read_user(0, "oneadmin", body_with(password, driver));
}

TEST(UserRow, IsReadAsOpenNebulaWritesIt)
{
    const auto user = user_with("secret");
    EXPECT_EQ(user.hash, hash_of(secret("secret")));
    EXPECT_EQ(user.driver, "core");
    EXPECT_EQ(user.element.find("<PASSWORD><![CDATA["), 0U);
}

TEST(UserRow, IsNothingWhereItIsWrittenOtherwise)
{
    EXPECT_FALSE(read_user(0, "oneadmin", ""));
    EXPECT_FALSE(read_user(0, "oneadmin", "<USER><PASSWORD>short</PASSWORD><AUTH_DRIVER>core</AUTH_DRIVER></USER>"));
    EXPECT_FALSE(read_user(0, "oneadmin", "<USER><PASSWORD>"));
}

TEST(UserRow, AnotherPasswordEndsTheLoginTokens)
{
    auto body = body_with("old");
    body.insert(body.find("</USER>"),
                "<LOGIN_TOKEN><TOKEN>a1</TOKEN></LOGIN_TOKEN><LOGIN_TOKEN><TOKEN>b2</TOKEN></LOGIN_TOKEN>");
    const auto user = *read_user(0, "oneadmin", body);
    ASSERT_EQ(user.tokens.size(), 2U);
    const auto sql = statement_for(user, hash_of(secret("new")));
    EXPECT_NE(sql.find("'<LOGIN_TOKEN><TOKEN>b2</TOKEN></LOGIN_TOKEN>', ''"), std::string::npos);
    EXPECT_NE(sql.find("WHERE oid = 0 AND body LIKE '%" + user.element + "%'"), std::string::npos);
}

TEST(AuthFile, IsItsFirstLine)
{
    const auto auth = read_auth("oneadmin:a:b\nmore\n");
    ASSERT_TRUE(auth);
    EXPECT_EQ(auth->name, "oneadmin");
    EXPECT_EQ(auth->password.reveal(), "a:b");
    EXPECT_FALSE(read_auth("oneadmin"));
    EXPECT_FALSE(read_auth(":x"));
    EXPECT_FALSE(read_auth(""));
}

TEST(Oneadmin, GetsARandomPasswordInAnEmptyDatabase)
{
    const auto first = decide_oneadmin(std::nullopt, std::nullopt, nullptr);
    const auto second = decide_oneadmin(std::nullopt, std::nullopt, nullptr);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->secret.reveal().size(), 64U);
    EXPECT_FALSE(one::same_secret(first->secret, second->secret));
}

TEST(Oneadmin, KeepsThePasswordThatIsRight)
{
    const auto decision = decide_oneadmin(user_with("secret"), Auth{"oneadmin", secret("secret")}, nullptr);
    ASSERT_TRUE(decision);
    EXPECT_FALSE(decision->tell_database);
    EXPECT_EQ(decision->secret.reveal(), "secret");
}

TEST(Oneadmin, FollowsItsFile)
{
    const Secret wished = secret("new");
    const auto decision = decide_oneadmin(user_with("old"), Auth{"oneadmin", secret("old")}, &wished);
    ASSERT_TRUE(decision);
    EXPECT_TRUE(decision->tell_database);
    EXPECT_EQ(decision->secret.reveal(), "new");
    const auto again = decide_oneadmin(user_with("new"), Auth{"oneadmin", secret("old")}, &wished);  // killed between
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->tell_database);
    EXPECT_EQ(again->secret.reveal(), "new");
}

TEST(Oneadmin, IsToldWhyItCannotLogInAndNeverThePassword)
{
    const auto changed = decide_oneadmin(user_with("theirs"), Auth{"oneadmin", secret("0urs")}, nullptr);
    ASSERT_FALSE(changed);
    EXPECT_NE(changed.error().reason.find("changed elsewhere"), std::string::npos);
    EXPECT_EQ(to_text(changed.error()).find("0urs"), std::string::npos);
    const auto lost = decide_oneadmin(user_with("theirs"), std::nullopt, nullptr);
    ASSERT_FALSE(lost);
    EXPECT_NE(lost.error().reason.find("lost"), std::string::npos);
}

TEST(Oneadmin, OfAnotherDriverIsNotJudged)
{
    EXPECT_TRUE(decide_oneadmin(user_with("x", "ldap"), Auth{"oneadmin", secret("y")}, nullptr));
}

TEST(Serveradmin, TakesTheFileThatIsRight)
{
    std::vector<Auth> present;
    present.push_back({"serveradmin", secret("stale")});
    present.push_back({"serveradmin", secret("right")});
    const auto decision = decide_serveradmin(user_with("right", "server_cipher"), present, nullptr);
    EXPECT_EQ(decision.secret.reveal(), "right");
    EXPECT_FALSE(decision.tell_database);
}

TEST(Serveradmin, GetsANewSecretWhereAllFilesAreLost)
{
    const auto decision = decide_serveradmin(user_with("lost", "server_cipher"), {}, nullptr);
    EXPECT_TRUE(decision.tell_database);
    EXPECT_EQ(decision.secret.reveal().size(), 64U);
    EXPECT_EQ(decision.word.find(decision.secret.reveal()), std::string::npos);
}

TEST(Passwords, HaveNoBlanks)
{
    EXPECT_TRUE(check_password(secret("a:b\"c\\d"), "oneadmin"));
    for (const auto* wrong : {"", "a b", "a\tb", "a\nb"})
        EXPECT_FALSE(check_password(secret(wrong), "oneadmin")) << wrong;
}

}  // namespace
