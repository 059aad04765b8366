// serve dies after any of its calls, answered or not: what another process finds then is always right.
#include "tests/unit/frontend/registration/joining_node.hpp"

#include <gtest/gtest.h>

namespace {

using namespace onefrontend;
using namespace onefrontend::test;
using std::chrono::seconds;

constexpr int more_than_a_join_needs = 40;

/// The join as the node drives it.
one::Async<one::Result<one::wire::HostReport>> join(Service& service, int id)
{
    CO_TRY_LET(auto before, co_await service.nodes.get(id));
    CO_TRY(co_await service.registration.register_host(std::move(before)));
    CO_TRY_LET(auto after, co_await service.nodes.get(id));
    co_return co_await service.registration.commit(std::move(after));
}

class DyingAfterCall : public testing::TestWithParam<int> {
protected:
    /// A join in a process that hears no answer from this call on.
    void join_and_die(const Config& config)
    {
        Service first{oned};
        id = first.add(proven_node());
        Service dying{oned, config};
        oned.answers_left = GetParam();
        const auto joined = run(join(dying, id));
        finished = joined.has_value();
        oned.answers_left = -1;
    }

    FakeOned oned{};
    int id = -1;
    bool finished = false;
};

TEST_P(DyingAfterCall, LeavesOneHostForTheNodeThatTriesAgain)
{
    join_and_die({});
    Service second{oned};
    const auto joined = run(join(second, id));
    ASSERT_TRUE(joined) << one::to_text(joined.error());
    ASSERT_EQ(oned.hosts.size(), 1U);
    EXPECT_EQ(oned.hosts.begin()->second.onenode, std::to_string(id));
    EXPECT_EQ(second.get(id).phase, Phase::joined);
    EXPECT_EQ(oned.documents.size(), 1U);
}

TEST_P(DyingAfterCall, LeavesNoHostWhereTheNodeNeverComesBack)
{
    Config overdue;
    overdue.register_wait = seconds{-100};
    join_and_die(overdue);
    Service second{oned};
    ASSERT_TRUE(run(second.registration.sweep()));
    const auto node = second.get(id);
    if (oned.hosts.empty()) {
        EXPECT_EQ(node.phase, Phase::enrolled);
        EXPECT_FALSE(finished);
    } else {  // the commit had reached the host: then the join counts
        EXPECT_EQ(node.phase, Phase::joined);
        EXPECT_EQ(oned.hosts.begin()->second.onenode, std::to_string(id));
    }
}

INSTANTIATE_TEST_SUITE_P(Calls, DyingAfterCall, testing::Range(1, more_than_a_join_needs));

TEST(DyingAfterCall, CoversEveryCallOfAJoin)
{
    FakeOned oned;
    Service service{oned};
    const int id = service.add(proven_node());
    const int before = oned.calls;
    ASSERT_TRUE(run(join(service, id)));
    EXPECT_LT(oned.calls - before, more_than_a_join_needs);
}

}  // namespace
