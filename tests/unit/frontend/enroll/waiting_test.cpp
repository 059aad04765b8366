#include "frontend/enroll/waiting.hpp"

#include "frontend/enroll/nodes.hpp"

#include "common/join_token.hpp"
#include "frontend/enroll/tokens.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace onefrontend {
namespace {

constexpr std::int64_t now = 1000;

class WaitingRoomTest : public testing::Test {
protected:
    static one::wire::AskRequest request(const one::Secret& of, std::string name = {})
    {
        one::wire::AskRequest asked;
        asked.secret_hash = one::hash_of_join_secret(of);
        asked.facts.host_name = "kvm1";
        asked.facts.ssh_host_keys = {test::some_ssh_key};
        asked.wishes.name = std::move(name);
        return asked;
    }
    Result<Asked> ask(const one::Secret& of, std::string source = "10.0.0.5", std::int64_t at = now)
    {
        return test::run(room.ask(request(of), std::move(source), at));
    }
    Result<Waiting> approve(const std::string& code) { return test::run(room.approve(code, "alice", now)); }

    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    WaitingRoom room{cloud};
    one::Secret secret = one::make_join_secret();
};

TEST_F(WaitingRoomTest, GivesACodeThatAPersonCanReadAloud)
{
    const auto asked = ask(secret);
    ASSERT_TRUE(asked);
    EXPECT_TRUE(asked->is_new);
    EXPECT_TRUE(looks_like_code(asked->waiting.code)) << asked->waiting.code;
    EXPECT_EQ(state_of(asked->waiting), "waiting");
}

TEST_F(WaitingRoomTest, KnowsAMachineThatAsksAgain)
{
    const auto first = ask(secret);
    const auto again = ask(secret);
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->is_new);
    EXPECT_EQ(again->waiting.code, first->waiting.code);
    EXPECT_EQ(one.count(waiting_document), 1);
}

TEST_F(WaitingRoomTest, MakesATokenOfOneUseThatOnlyThisMachineKnows)
{
    const auto asked = test::run(room.ask(request(secret, "kvm7"), "10.0.0.5", now));
    const auto approved = approve(asked->waiting.code);
    ASSERT_TRUE(approved);
    const auto token = *test::run(Tokens{cloud}.get(approved->token_id));
    EXPECT_FALSE(fault_of(token, secret, now));
    EXPECT_EQ(token.uses, 1);
    EXPECT_EQ(token.name, "kvm7") << "the name that the admin saw, and no other";
    EXPECT_EQ(token.created_by, "alice");
    EXPECT_EQ(state_of(ask(secret)->waiting), "approved");
}

/// As `node ban` leaves it, of the machine that `request` describes.
void ban(Cloud& cloud)
{
    Node node;
    node.id = 7;
    node.name = "kvm1";
    node.ssh_host_keys = {test::some_ssh_key};
    ASSERT_TRUE(test::run(Bans{cloud}.ban(node, "alice", now)));
}

TEST_F(WaitingRoomTest, GivesNoPlaceToAMachineThatWasBanned)
{
    ban(cloud);
    const auto refused = ask(secret);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, one::ErrorKind::denied);
    EXPECT_NE(refused.error().reason.find("it was banned on the front-end as node 7"), std::string::npos);
    EXPECT_EQ(one.count(waiting_document), 0);
    ASSERT_TRUE(*test::run(Bans{cloud}.lift(7)));
    EXPECT_TRUE(ask(secret));
}

TEST_F(WaitingRoomTest, DoesNotApproveAMachineThatWasBannedWhileItWaited)
{
    const auto code = ask(secret)->waiting.code;
    ban(cloud);
    const auto refused = approve(code);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().next.find("onefrontend node remove 7"), std::string::npos);
    EXPECT_EQ(one.count(token_document), 0);
}

class WaitingTwin : public WaitingRoomTest {
protected:
    static constexpr const char* uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
    WaitingTwin()
    {
        Node node;
        node.name = "kvm5";
        node.address = "10.0.0.55";
        node.key = "another";
        node.type = "kvm";
        node.phase = Phase::joined;
        node.facts.libvirt_uuid = uuid;
        one.put(node_document, to_json(node));
    }
    Result<Asked> ask_with(const char* own_uuid)
    {
        auto asked = request(secret);
        asked.facts.libvirt_uuid = own_uuid;
        return test::run(room.ask(std::move(asked), "10.0.0.5", now));
    }
};

TEST_F(WaitingTwin, IsNotApprovedAndMayBeOnceItIsMended)
{
    const auto code = ask_with(uuid)->waiting.code;
    const auto refused = approve(code);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().thing, std::string{"the host UUID "} + uuid);
    EXPECT_NE(refused.error().reason.find("(kvm5) at 10.0.0.55 has it already, and kvm1 at 10.0.0.5"),
              std::string::npos)
        << refused.error().reason;
    EXPECT_EQ(one.count(token_document), 0);

    const auto again = ask_with("4c4c4544-0043-3510-8052-000000000002");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->waiting.code, code) << "the same secret keeps its place";
    EXPECT_TRUE(approve(code));
}

TEST_F(WaitingRoomTest, KeepsWhatTheAdminSaidYesToWhateverTheMachineTellsAfterThat)
{
    const auto code = ask(secret)->waiting.code;
    ASSERT_TRUE(approve(code));
    auto other = request(secret);
    other.facts.host_name = "kvm2";
    EXPECT_EQ(state_of(test::run(room.ask(std::move(other), "10.0.0.5", now))->waiting), "approved");
    EXPECT_EQ(test::run(room.find(code, now))->facts.host_name, "kvm1");
}

TEST_F(WaitingRoomTest, TakesACodeInAnyCaseAndWithoutItsDash)
{
    std::string code = ask(secret)->waiting.code;
    std::erase(code, '-');
    std::ranges::transform(code, code.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    EXPECT_TRUE(approve(code));
}

TEST_F(WaitingRoomTest, ApprovesOnce)
{
    const auto code = ask(secret)->waiting.code;
    const int token = approve(code)->token_id;
    EXPECT_EQ(approve(code)->token_id, token);
    EXPECT_EQ(one.count(token_document), 1);
}

TEST_F(WaitingRoomTest, MakesOneTokenHoweverManyApproveAtOnce)
{
    const auto code = ask(secret)->waiting.code;
    const auto waiting = ask(secret)->waiting;
    const auto first = *test::run(Tokens{cloud}.create_for(waiting.secret_hash, {}, "bob", now));  // and died then
    EXPECT_EQ(approve(code)->token_id, first);
    EXPECT_EQ(one.count(token_document), 1);
}

TEST_F(WaitingRoomTest, TakesBackEveryTokenOfTheMachine)
{
    const auto code = ask(secret)->waiting.code;
    const auto stray = *test::run(Tokens{cloud}.create_for(ask(secret)->waiting.secret_hash, {}, "bob", now));
    ASSERT_TRUE(test::run(room.reject(code, now)));
    EXPECT_TRUE(test::run(Tokens{cloud}.get(stray))->revoked);
}

TEST_F(WaitingRoomTest, SaysNoTooLateToAMachineThatWentOn)
{
    const auto code = ask(secret)->waiting.code;
    Node node;
    node.token_id = approve(code)->token_id;
    ASSERT_TRUE(test::run(Nodes{cloud}.add(node)));
    const auto rejected = test::run(room.reject(code, now));
    ASSERT_FALSE(rejected);
    EXPECT_NE(rejected.error().next.find("onefrontend node remove"), std::string::npos);
}

TEST_F(WaitingRoomTest, TakesBackAYesWithANo)
{
    const auto code = ask(secret)->waiting.code;
    const int token = approve(code)->token_id;
    ASSERT_TRUE(test::run(room.reject(code, now)));
    EXPECT_TRUE(test::run(Tokens{cloud}.get(token))->revoked);
    EXPECT_EQ(state_of(ask(secret)->waiting), "rejected");
}

TEST_F(WaitingRoomTest, ApprovesNobodyWhoWasToldNo)
{
    const auto code = ask(secret)->waiting.code;
    ASSERT_TRUE(test::run(room.reject(code, now)));
    const auto approved = approve(code);
    ASSERT_FALSE(approved);
    EXPECT_EQ(approved.error().kind, one::ErrorKind::conflict);
    EXPECT_EQ(one.count(token_document), 0);
}

TEST_F(WaitingRoomTest, CountsTheAddressesOfOneNetworkAsOneLoudOne)
{
    for (int i = 0; i < most_waiting_of_one_source; ++i)
        ASSERT_TRUE(ask(one::make_join_secret(), "2001:db8:0:1::" + std::to_string(i + 1)));
    EXPECT_FALSE(ask(secret, "2001:db8:0:1:ffff::1"));
    EXPECT_TRUE(ask(secret, "2001:db8:0:2::1"));
}

TEST_F(WaitingRoomTest, AsksOnedOnceInAWhileHoweverManyAsk)
{
    WaitingRoom remembers{cloud, std::chrono::hours{1}};
    ASSERT_TRUE(test::run(remembers.ask(request(secret), "10.0.0.5", now)));
    const int calls = one.calls;
    for (int i = 0; i < 100; ++i)
        ASSERT_TRUE(test::run(remembers.ask(request(secret), "10.0.0.5", now)));
    EXPECT_EQ(one.calls, calls);
}

TEST_F(WaitingRoomTest, ForgetsWhoWaitedTooLong)
{
    const auto code = ask(secret)->waiting.code;
    EXPECT_FALSE(test::run(room.find(code, now + waiting_time)));
    ASSERT_TRUE(ask(one::make_join_secret(), "10.0.0.6", now + waiting_time));
    EXPECT_EQ(one.count(waiting_document), 1) << "the document is gone, too";
}

TEST_F(WaitingRoomTest, HasSoManyPlacesAndNoMore)
{
    for (int i = 0; i < most_waiting; ++i) {
        const auto source = "10.0." + std::to_string(i / most_waiting_of_one_source) + ".1";
        ASSERT_TRUE(ask(one::make_join_secret(), source)) << i;
    }
    const auto late = ask(secret, "10.9.9.9");
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().kind, one::ErrorKind::busy);
    EXPECT_EQ(one.count(waiting_document), most_waiting);
}

TEST_F(WaitingRoomTest, LeavesPlacesForOthersThanOneLoudAddress)
{
    for (int i = 0; i < most_waiting_of_one_source; ++i)
        ASSERT_TRUE(ask(one::make_join_secret()));
    EXPECT_FALSE(ask(secret));
    EXPECT_TRUE(ask(secret, "10.0.0.6"));
}

TEST_F(WaitingRoomTest, RefusesWhatWouldSteerAnAdminsTerminal)
{
    auto asked = request(secret);
    asked.facts.os = "debian\x1b[2J";
    EXPECT_FALSE(test::run(room.ask(asked, "10.0.0.5", now)));
    asked = request(secret);
    asked.facts.addresses = {"fe80::1%\x1b[2Jname good-machine"};
    EXPECT_FALSE(test::run(room.ask(asked, "10.0.0.5", now)));
    asked = request(secret);
    asked.wishes.cluster = "default\n";
    EXPECT_FALSE(test::run(room.ask(asked, "10.0.0.5", now)));
    asked = request(secret);
    asked.secret_hash = "not a hash";
    EXPECT_FALSE(test::run(room.ask(asked, "10.0.0.5", now)));
    EXPECT_EQ(one.count(waiting_document), 0);
}

TEST_F(WaitingRoomTest, NamesTheNextStepForACodeThatNobodyHas)
{
    const auto approved = approve("BCDF-GHJK");
    ASSERT_FALSE(approved);
    EXPECT_EQ(approved.error().kind, one::ErrorKind::not_found);
    EXPECT_FALSE(approved.error().next.empty());
}

}  // namespace
}  // namespace onefrontend
