// Thousand agents that lost their front-end at the same moment, played on a clock of the test's own.
#include "nodeagent/watch/agent.hpp"
#include "nodeagent/watch/back_off.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace onenode {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int agents = 1000;
constexpr unsigned seed = 20;

struct Crowd {
    std::map<seconds, int> refused{};  // how many came in each second while nobody answered
    std::map<seconds, int> met{};      // the same, of those who were answered
    milliseconds last{};               // when the last one was
};

/// All begin to wait at 0; from `down` on whoever comes is answered.
Crowd play(milliseconds down)
{
    std::mt19937 random{seed};
    std::uniform_real_distribution<double> share{0.0, 1.0};
    Crowd crowd;
    for (int agent = 0; agent < agents; ++agent) {
        BackOff back_off{AgentLimits{}.first_retry, AgentLimits{}.last_retry};
        auto now = back_off.next(share(random));
        for (; now < down; now += back_off.next(share(random)))
            ++crowd.refused[std::chrono::floor<seconds>(now)];
        ++crowd.met[std::chrono::floor<seconds>(now)];
        crowd.last = std::max(crowd.last, now);
    }
    return crowd;
}

int busiest(const std::map<seconds, int>& crowd)
{
    int most = 0;
    for (const auto& [second, came] : crowd)
        most = std::max(most, came);
    return most;
}

TEST(BackOff, DoublesUpToItsLimitAndBeginsAnew)
{
    BackOff back_off{seconds{2}, seconds{10}};
    std::vector<milliseconds> waits;
    for (int failure = 0; failure < 4; ++failure)
        waits.push_back(back_off.next(1.0));
    EXPECT_EQ(waits, (std::vector<milliseconds>{seconds{2}, seconds{4}, seconds{8}, seconds{10}}));
    back_off.reset();
    EXPECT_EQ(back_off.next(0.0), seconds{1}) << "never less than a half";
}

TEST(ThousandAgents, ComeApartWhenTheFrontEndIsBackAfterAnHour)
{
    const auto crowd = play(minutes{60});
    EXPECT_LE(busiest(crowd.met), 20) << "a second";
    EXPECT_GE(crowd.met.size(), 100U) << "seconds";
    EXPECT_LE(crowd.last, minutes{65}) << "and none of them sleeps for long";
}

TEST(ThousandAgents, ComeApartAfterAnUpgradeOfAMinute)
{
    const auto crowd = play(seconds{60});
    EXPECT_LE(busiest(crowd.met), 60);
    EXPECT_LE(crowd.last, seconds{60 + 64});
}

TEST(ThousandAgents, AskLessAndLessOftenWhileNobodyAnswers)
{
    const auto crowd = play(minutes{60});
    int in_the_last_half_hour = 0;
    for (const auto& [second, came] : crowd.refused)
        if (second >= minutes{30}) in_the_last_half_hour += came;
    EXPECT_LE(in_the_last_half_hour, agents * 13) << "each about every four minutes";
    EXPECT_LE(busiest(crowd.refused), agents) << "the first second is the worst";
}

TEST(ThousandAgents, AreBackWithinSecondsWhereItOnlyRestarted)
{
    const auto crowd = play(milliseconds{500});
    EXPECT_LE(crowd.last, seconds{2});
    EXPECT_EQ(crowd.refused.size(), 0U) << "nobody comes sooner than a second after";
}

}  // namespace
}  // namespace onenode
