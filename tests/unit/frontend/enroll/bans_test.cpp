#include "frontend/enroll/bans.hpp"

#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

class BansTest : public testing::Test {
protected:
    BansTest()
    {
        node.id = 7;
        node.name = "kvm1";
        node.key = "new-key";
        node.claimed_key = "first-key";
        node.ssh_host_keys = {std::string{test::some_ssh_key} + " root@kvm1"};
        node.facts.machine_id = "abc";
    }
    std::vector<Ban> banned()
    {
        EXPECT_TRUE(test::run(bans.ban(node, "alice", 1000)));
        return *test::run(bans.all());
    }

    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    Bans bans{cloud};
    Node node{};
    one::wire::Facts stranger{};
};

TEST_F(BansTest, KnowTheMachineByAnyKeyItHadItsSshHostKeyAndItsMachineId)
{
    const auto all = banned();
    EXPECT_FALSE(must_not_be_banned(all, "new-key", stranger));
    EXPECT_FALSE(must_not_be_banned(all, "first-key", stranger));
    auto same_host_key = stranger;
    same_host_key.ssh_host_keys = {std::string{test::some_ssh_key} + " another comment"};
    EXPECT_NE(must_not_be_banned(all, "", same_host_key).error().reason.find("SSH host key"), std::string::npos);
    auto same_id = stranger;
    same_id.machine_id = "abc";
    const auto refused = must_not_be_banned(all, "", same_id).error();
    EXPECT_EQ(refused.kind, one::ErrorKind::denied);
    EXPECT_NE(refused.next.find("onefrontend node remove 7"), std::string::npos);
}

TEST_F(BansTest, LetOtherMachinesJoinAlsoThoseThatTellNothing)
{
    node.facts.machine_id.clear();
    EXPECT_TRUE(must_not_be_banned(banned(), "", stranger));
    EXPECT_TRUE(must_not_be_banned(banned(), "other-key", stranger));
}

TEST_F(BansTest, OfANodeAloneSayNothingOfItsMachine)
{
    ASSERT_TRUE(test::run(bans.refuse(7, "alice", 1000)));
    EXPECT_TRUE(must_not_be_banned(*test::run(bans.all()), "new-key", node.facts));
    EXPECT_TRUE(refuses(*test::run(bans.all()), 7));
    EXPECT_FALSE(*test::run(bans.lift(7))) << "it was not banned for good";
}

TEST_F(BansTest, AreLiftedWhole)
{
    EXPECT_EQ(banned().size(), 1U);
    EXPECT_EQ(banned().size(), 1U) << "twice is once";
    EXPECT_TRUE(*test::run(bans.lift(7)));
    EXPECT_EQ(one.count(ban_document), 0);
}

TEST_F(BansTest, OutliveTheirNodeWhereTheyAreForGoodAndAMinuteWhereNot)
{
    ASSERT_TRUE(test::run(bans.ban(node, "alice", 1000)));
    ASSERT_TRUE(test::run(bans.refuse(8, "alice", 1000)));
    ASSERT_TRUE(test::run(bans.refuse(9, "alice", 1000)));
    ASSERT_TRUE(test::run(bans.forget_old({9}, 1059)));
    EXPECT_EQ(one.count(ban_document), 3);
    ASSERT_TRUE(test::run(bans.forget_old({9}, 1061)));
    EXPECT_EQ(one.count(ban_document), 2);
    EXPECT_TRUE(refuses(*test::run(bans.all()), 9)) << "there is still its document";
}

TEST_F(BansTest, ThatCannotBeReadLetNobodyThrough)
{
    one.put(ban_document, "{\"node\": \"seven\"}");
    EXPECT_FALSE(test::run(bans.all()));
}

}  // namespace
}  // namespace onefrontend
