#include "frontend/enroll/authority.hpp"

#include "frontend/enroll/leadership.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

class AuthorityTest : public testing::Test {
protected:
    Result<AuthorityRecord> record(const char* pin)
    {
        AuthorityRecord ours;
        ours.pin = pin;
        ours.made_on = "fe1";
        return test::run(record_authority(cloud, ours));
    }

    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
};

TEST_F(AuthorityTest, IsRecordedOnce)
{
    EXPECT_EQ(test::run(find_authority(cloud))->id, -1);
    const auto first = record("a");
    ASSERT_TRUE(first);
    EXPECT_EQ(record("a")->id, first->id);
    EXPECT_EQ(one.count(authority_document), 1);
}

TEST_F(AuthorityTest, RefusesTheCaOfAnotherReplica)
{
    record("a").value();
    const auto second = record("b");
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().reason.find("it has one (made on fe1"), std::string::npos);
    EXPECT_EQ(one.count(authority_document), 1);
}

TEST_F(AuthorityTest, IsThatOfTheFasterOfTwo)
{
    one::asio::io_context loop;
    std::vector<std::unique_ptr<test::FakeCloud>> clouds;
    std::vector<Result<AuthorityRecord>> outcomes;
    for (const char* pin : {"a", "b"}) {
        clouds.push_back(std::make_unique<test::FakeCloud>(one));
        clouds.back()->take_turns(loop.get_executor());
        AuthorityRecord ours;
        ours.pin = pin;
        one::asio::co_spawn(loop, record_authority(*clouds.back(), ours),
                            [&](const std::exception_ptr&, Result<AuthorityRecord> outcome) {
                                outcomes.push_back(std::move(outcome));
                            });
    }
    for (int turn = 0; turn < 20; ++turn) {
        loop.restart();
        loop.poll();
        if (auto& next = *clouds[static_cast<std::size_t>(turn % 2)]; next.waits()) next.go_on();
    }
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_NE(outcomes[0].has_value(), outcomes[1].has_value());
    EXPECT_EQ(one.count(authority_document), 1);
}

TEST(Leadership, IsNeededToDecide)
{
    test::FakeOpennebula one;
    test::FakeCloud cloud{one};
    for (const auto& [state, leads] :
         {std::pair{oned::RaftState::solo, true}, std::pair{oned::RaftState::leader, true},
          std::pair{oned::RaftState::follower, false}, std::pair{oned::RaftState::candidate, false}}) {
        one.raft = state;
        Leadership leadership{cloud};
        EXPECT_EQ(test::run(leadership.check()).has_value(), leads);
    }
}

TEST(Leadership, IsAskedForTogetherByAllWhoWantToKnowItAtOnce)
{
    test::FakeOpennebula one;
    test::FakeCloud cloud{one};
    one::asio::io_context loop;
    cloud.take_turns(loop.get_executor());
    Leadership leadership{cloud};
    int known = 0;
    for (int node = 0; node < 100; ++node)
        one::asio::co_spawn(loop, leadership.check(),
                            [&known](const std::exception_ptr&, const Result<>& leads) { known += leads ? 1 : 0; });
    for (int turn = 0; turn < 4; ++turn) {
        loop.restart();
        loop.poll();
        if (cloud.waits()) cloud.go_on();
    }
    EXPECT_EQ(known, 100);
    EXPECT_EQ(one.calls, 2);
    cloud.end_turns();
}

}  // namespace
}  // namespace onefrontend
