// A node's registration against the front-end: its host fails, since its name does not resolve, and leaves nothing
// behind.
#include "frontend/enroll/registration.hpp"
#include "tests/oned/suite.hpp"

#include <algorithm>

namespace onefrontend::oned {
namespace {

using std::chrono::seconds;

class OnedRegistration : public OnedSuite {
protected:
    void SetUp() override
    {
        OnedSuite::SetUp();
        if (!oned) return;
        if (const char* log = std::getenv("ONED_MONITOR_LOG")) config.monitor_log = log;
        nodes.emplace(*oned);
        registration.emplace(config, *oned, *nodes, pool);

        Node proven{.name = fresh_name(), .key = "aa", .type = "kvm", .cluster_id = 0};
        proven.proofs.login_ok = proven.proofs.monitoring_ok = proven.proofs.rehearsal_ok = true;
        const auto added = run(nodes->add(proven));
        ASSERT_OK(added);
        id = *added;
        documents.push_back(id);
    }
    void TearDown() override
    {
        if (registration && id >= 0) {
            EXPECT_TRUE(run(registration->abandon(node()))) << "its host may stay behind";
        }
        OnedSuite::TearDown();
    }
    Node node() { return run(nodes->get(id)).value_or(Node{}); }
    bool has_host(int host)
    {
        const auto all = run(oned->hosts());
        return !all || std::ranges::any_of(*all, [&](const Host& each) { return each.id == host; });
    }

    one::asio::thread_pool pool{1};
    Config config{};
    std::optional<Nodes> nodes{};
    std::optional<Registration> registration{};
    int id = -1;
};

TEST_F(OnedRegistration, TellsWhyTheHostIsInErrorAndTriesAgainWithANewOne)
{
    const auto first = run(registration->register_host(node()));
    ASSERT_OK(first);
    EXPECT_EQ(first->phase, "registering");
    const auto failed = run(registration->report(node(), seconds{60}));
    ASSERT_OK(failed);
    EXPECT_EQ(failed->host_id, first->host_id);
    EXPECT_EQ(failed->state, "err");
    EXPECT_TRUE(failed->reason.starts_with("Could not update remotes (")) << failed->reason;
    EXPECT_EQ(run(registration->commit(node())).error().kind, ErrorKind::conflict);

    const auto second = run(registration->register_host(node()));
    ASSERT_OK(second);
    EXPECT_GT(second->host_id, first->host_id);
    EXPECT_FALSE(has_host(first->host_id));
    ASSERT_OK(run(registration->report(node(), seconds{60})));
}

TEST_F(OnedRegistration, IsAbandonedWithoutATrace)
{
    const auto host = run(registration->register_host(node()));
    ASSERT_OK(host);
    ASSERT_OK(run(registration->report(node(), seconds{60})));
    const auto gone = run(registration->abandon(node()));
    ASSERT_OK(gone);
    EXPECT_EQ(gone->host_id, -1);
    EXPECT_EQ(gone->phase, "enrolled");
    EXPECT_FALSE(has_host(host->host_id));
}

TEST_F(OnedRegistration, IsSweptWhenItsTimeHasPassed)
{
    config.register_wait = seconds{-100};
    const auto host = run(registration->register_host(node()));
    ASSERT_OK(host);
    ASSERT_OK(run(registration->report(node(), seconds{60})));
    const auto removed = run(registration->sweep());
    ASSERT_OK(removed);
    EXPECT_GE(*removed, 1);
    EXPECT_FALSE(has_host(host->host_id));
    EXPECT_EQ(node().phase, Phase::enrolled);
}

}  // namespace
}  // namespace onefrontend::oned
