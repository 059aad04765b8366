// From what is wrong to the one sentence that systemd shows.
#include "nodeagent/watch/standing.hpp"

#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace onenode {
namespace {

class StandingTest : public testing::Test {
protected:
    FakeHost host{};
    std::vector<AgentStatus> told{};
    Standing standing{host, [this](const AgentStatus& status) { told.push_back(status); }};
};

TEST_F(StandingTest, IsTheFirstTroubleAndHowManyMore)
{
    standing.well("joined");
    standing.trouble(Part::libvirt, "libvirt is down");
    EXPECT_EQ(told.back().sentence, "degraded: libvirt is down");
    standing.trouble(Part::front_end, "no answer");
    EXPECT_EQ(told.back().sentence, "degraded: no answer (and 1 more)");
    EXPECT_EQ(told.back().troubles, (std::vector<std::string>{"no answer", "libvirt is down"}));
    standing.trouble(Part::front_end, {});
    standing.trouble(Part::libvirt, {});
    EXPECT_EQ(told.back().sentence, "joined");
}

TEST_F(StandingTest, SaysWhatWaitsWhereNothingIsWrong)
{
    standing.well("joined");
    standing.waits(Part::name, "its rename waits");
    EXPECT_EQ(told.back().sentence, "joined; its rename waits");
    EXPECT_EQ(told.back().waits, "its rename waits");
    standing.trouble(Part::files, "x");
    EXPECT_EQ(told.back().sentence, "degraded: x");
    standing.trouble(Part::files, {});
    standing.waits(Part::name, {});
    EXPECT_EQ(told.back().sentence, "joined");
}

TEST_F(StandingTest, TellsNothingThatIsNoNews)
{
    standing.well("joined");
    standing.well("joined");
    standing.trouble(Part::files, {});
    EXPECT_EQ(told.size(), 1U);
    standing.note([](AgentStatus& status) { status.last_contact = "now"; });
    EXPECT_EQ(told.size(), 2U);
}

TEST_F(StandingTest, SaysSinceWhenTheSentenceIsTrue)
{
    standing.well("joined");
    host.advance(std::chrono::seconds{60});
    standing.note([](AgentStatus& status) { status.last_contact = "now"; });
    EXPECT_EQ(told.back().since, "2026-09-21T14:13:20Z");
    standing.trouble(Part::files, "x");
    EXPECT_EQ(told.back().since, "2026-09-21T14:14:20Z");
}

TEST_F(StandingTest, IsNotWellBeforeTheFrontEndAnswered)
{
    standing.note([](AgentStatus& status) { status.addresses = {"10.0.0.1"}; });
    EXPECT_TRUE(told.empty());
    standing.trouble(Part::libvirt, "libvirt is down");
    standing.trouble(Part::libvirt, {});
    EXPECT_EQ(told.size(), 1U);
    standing.well("joined");
    EXPECT_EQ(told.back().sentence, "joined");
    EXPECT_EQ(told.back().addresses, (std::vector<std::string>{"10.0.0.1"}));
}

TEST_F(StandingTest, SaysWithItsFirstNewsWhatTheMachineKnowsItself)
{
    standing.begin("joined to one as node1 (host 12)", "certificate until tomorrow");
    standing.awaits_checks();
    EXPECT_TRUE(told.empty());
    standing.note([](AgentStatus& status) { status.addresses = {"10.0.0.1"}; });
    EXPECT_EQ(told.back().sentence, "joined to one as node1 (host 12), checks running, certificate until tomorrow");
    standing.checked({.at = "now", .passed = 12});
    EXPECT_EQ(told.back().sentence, "joined to one as node1 (host 12), 12/12 checks pass, certificate until tomorrow");
}

TEST_F(StandingTest, IsNotDegradedByWarnings)
{
    standing.well("joined");
    standing.checked({.at = "now", .passed = 10, .warnings = 2});
    EXPECT_EQ(told.back().sentence, "joined, 10/12 checks pass, 2 warnings");
}

}  // namespace
}  // namespace onenode
