// When the agent has its machine checked, and what it says of it. The checks themselves are told by the test.
#include "nodeagent/watch/checker.hpp"

#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace onenode {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const Checkup well{.at = "2026-09-21T14:13:20Z", .passed = 12};
const Checkup ill{.at = "2026-09-21T14:13:20Z",
                  .passed = 10,
                  .warnings = 1,
                  .failed = 1,
                  .failing = {{"sshd-down", "nobody listens at port 22\nsince then", "systemctl start ssh"},
                              {"sshd-down-6", "nor for IPv6", ""}}};

class CheckerTest : public testing::Test {
protected:
    /// Until so many runs were told, at most 20 s.
    void run_until_told(int enough)
    {
        told_enough = enough;
        one::Tasks tasks{loop.get_executor()};
        Checker checker{look, standing, loop.get_executor(), limits, [this] {
                            if (on_told) on_told(told + 1);
                            if (++told >= told_enough) loop.stop();
                        }};
        under_test = &checker;
        tasks.spawn("checks", checker.run());
        loop.run_for(seconds{20});
        EXPECT_EQ(told, enough);
        tasks.cancel();
        loop.restart();
        loop.run();
    }

    FakeHost host{};
    std::vector<std::string> said{};
    Standing standing{host, [this](const AgentStatus& status) {
                          if (said.empty() || said.back() != status.sentence) said.push_back(status.sentence);
                      }};
    one::asio::io_context loop{1};
    CheckerLimits limits{.quiet = milliseconds{1},
                         .breather = milliseconds{1},
                         .every = hours{1},
                         .first_again = seconds{0},
                         .last_again = seconds{0}};
    std::atomic<int> looks = 0;
    LookAtHealth look = [this] {
        ++looks;
        return well;
    };
    std::function<void(int told)> on_told{};
    int told = 0;
    int told_enough = 0;
    Checker* under_test = nullptr;
};

TEST_F(CheckerTest, SaysHowManyChecksPassBetweenTheHostAndTheCertificate)
{
    standing.well("joined to one as node1 (host 12)", "certificate until tomorrow");
    standing.waits(Part::name, "its rename waits");
    run_until_told(1);
    EXPECT_EQ(said.back(),
              "joined to one as node1 (host 12), 12/12 checks pass, certificate until tomorrow; its rename waits");
    EXPECT_EQ(standing.status().checkup, well);
}

TEST_F(CheckerTest, CountsWarningsInWordsAndLeavesOutWhatWasNotChecked)
{
    look = [] { return Checkup{.at = "now", .passed = 9, .warnings = 1, .not_checked = 4}; };
    standing.well("joined");
    run_until_told(1);
    EXPECT_EQ(said.back(), "joined, 9/10 checks pass, 1 warning");
}

TEST_F(CheckerTest, IsDegradedByTheFirstCheckThatFails)
{
    look = [] { return ill; };
    standing.well("joined");
    run_until_told(1);
    EXPECT_EQ(said.back(), "degraded: sshd-down: nobody listens at port 22 (and 1 more finding)");
}

TEST_F(CheckerTest, ComesAfterTheWordsOfAPartThatSawItToo)
{
    look = [] { return ill; };
    standing.trouble(Part::libvirt, "libvirt does not listen");
    run_until_told(1);
    EXPECT_EQ(said.back(), "degraded: libvirt does not listen (and 1 more)");
}

TEST_F(CheckerTest, LooksAgainWhileSomethingFailsAndSaysThatItIsWell)
{
    look = [this] { return ++looks < 3 ? ill : well; };
    standing.well("joined");
    run_until_told(3);
    EXPECT_EQ(looks, 3);
    EXPECT_EQ(said.back(), "joined, 12/12 checks pass");
}

TEST_F(CheckerTest, LooksAgainSoonWhereAProgramHung)
{
    const Checkup silent{.at = "now", .passed = 11, .not_checked = 1, .unanswered = {{"ssh-ban", "it hangs", ""}}};
    look = [&] { return ++looks < 3 ? silent : well; };
    standing.well("joined");
    run_until_told(3);
    EXPECT_EQ(said, (std::vector<std::string>{"joined", "joined, 11/12 checks pass, 1 not checked: ssh-ban (it hangs)",
                                              "joined, 12/12 checks pass"}));
}

TEST_F(CheckerTest, RestsWhereAllIsWellUntilSomethingChanges)
{
    on_told = [&](int) { loop.get_executor().execute([&] { under_test->changed(); }); };
    run_until_told(2);
    on_told = {};
    told = 0;
    looks = 0;
    one::Tasks tasks{loop.get_executor()};
    Checker checker{look, standing, loop.get_executor(), limits, [this] { ++told; }};
    tasks.spawn("checks", checker.run());
    loop.restart();
    loop.run_for(milliseconds{200});
    EXPECT_EQ(told, 1) << "the next one is due in half an hour at the earliest";
    EXPECT_EQ(looks, 1);
    tasks.cancel();
    loop.restart();
    loop.run();
}

TEST_F(CheckerTest, DoesNotTellOnceOfWhatMayBeHalfOfAChange)
{
    look = [this] {
        if (++looks <= 2) {
            std::promise<void> done;
            loop.get_executor().execute([&] {
                under_test->changed();
                done.set_value();
            });
            done.get_future().wait();
        }
        return looks == 1 ? ill : well;
    };
    standing.well("joined");
    run_until_told(1);
    EXPECT_EQ(looks, 2) << "and what changes all the time is told all the same";
    EXPECT_EQ(said, (std::vector<std::string>{"joined", "joined, 12/12 checks pass"}));
}

TEST_F(CheckerTest, OutlivesACheckThatFailsOrThrows)
{
    look = [this]() -> Result<Checkup> {
        if (++looks == 1) throw std::logic_error{"an index"};
        if (looks == 2) return one::fail({.thing = "the journal", .reason = "it is damaged", .doing = "read"});
        return well;
    };
    standing.well("joined");
    run_until_told(3);
    ASSERT_EQ(said.size(), 4U);
    EXPECT_EQ(said[1], "degraded: cannot check this machine: a mistake of ours: an index");
    EXPECT_EQ(said[2], "degraded: cannot read the journal: it is damaged");
    EXPECT_EQ(said[3], "joined, 12/12 checks pass");
}

TEST_F(CheckerTest, SaysThatChecksDoNotEndAndTakesItBackWhenTheyDid)
{
    limits.patience = milliseconds{5};
    std::promise<void> seen;
    look = [&] {
        seen.get_future().wait();
        return well;
    };
    Standing telling{host, [&](const AgentStatus& status) {
                         said.push_back(status.sentence);
                         if (status.sentence.starts_with("degraded")) seen.set_value();
                     }};
    telling.well("joined");
    one::Tasks tasks{loop.get_executor()};
    Checker checker{look, telling, loop.get_executor(), limits, [this] { loop.stop(); }};
    tasks.spawn("checks", checker.run());
    loop.run_for(seconds{20});
    EXPECT_EQ(said, (std::vector<std::string>{"joined", "degraded: cannot check this machine: its checks do not end",
                                              "joined, 12/12 checks pass"}));
    tasks.cancel();
    loop.restart();
    loop.run();
}

}  // namespace
}  // namespace onenode
