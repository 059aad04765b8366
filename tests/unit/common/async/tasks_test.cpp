// Spawned work ends when it is told to, and its mistakes stay its own.
#include "common/async.hpp"

#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace one {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

class TasksTest : public ::testing::Test {
protected:
    bool drain(std::chrono::milliseconds limit)
    {
        auto work = tasks.drain(limit);
        return run_to_end(loop, std::move(work));
    }

    asio::io_context loop;
    Tasks tasks{loop.get_executor()};
};

Async<> note(std::vector<int>& notes, int number)
{
    notes.push_back(number);
    co_return;
}

Async<> sleep_and_note(std::optional<bool>& slept)
{
    slept = co_await pause(1h);
}

Async<> sleep_twice(int& sleeps)
{
    ++sleeps;
    co_await pause(1h);
    ++sleeps;
    co_await pause(1h);
    ++sleeps;
}

Async<> fail_at_once()
{
    throw std::runtime_error("a mistake");
    co_return;
}

Async<> stop_itself(Tasks& tasks)
{
    tasks.cancel();
    co_await pause(1h);
}

TEST_F(TasksTest, RunsAllAndDrainsWhenTheLastEnded)
{
    std::vector<int> notes;
    tasks.spawn("one", note(notes, 1));
    tasks.spawn("two", note(notes, 2));
    EXPECT_EQ(tasks.running(), 2U);
    EXPECT_TRUE(drain(10s));
    EXPECT_EQ(notes, (std::vector{1, 2}));
    EXPECT_EQ(tasks.running(), 0U);
}

TEST_F(TasksTest, DrainsAtOnceWhereNothingRuns)
{
    EXPECT_TRUE(drain(0s));
}

TEST_F(TasksTest, GivesUpDrainingAtTheLimit)
{
    std::optional<bool> slept;
    tasks.spawn("sleeper", sleep_and_note(slept));
    EXPECT_FALSE(drain(10ms));
    EXPECT_EQ(tasks.running(), 1U);
}

TEST_F(TasksTest, TellsASleeperThatItWasWoken)
{
    std::optional<bool> slept;
    tasks.spawn("sleeper", sleep_and_note(slept));
    EXPECT_FALSE(drain(1ms));
    tasks.cancel();
    EXPECT_TRUE(drain(10s));
    EXPECT_EQ(slept, false);
}

TEST_F(TasksTest, StopAtTheNextAwaitAfterTheyWereTold)
{
    int sleeps = 0;
    tasks.spawn("sleeper", sleep_twice(sleeps));
    EXPECT_FALSE(drain(1ms));
    tasks.cancel();
    EXPECT_TRUE(drain(10s));
    EXPECT_EQ(sleeps, 2) << "the second wait threw instead of waiting";
}

TEST_F(TasksTest, StopsOneAndLeavesTheOthers)
{
    std::optional<bool> one;
    std::optional<bool> two;
    const auto id = tasks.spawn("one", sleep_and_note(one));
    tasks.spawn("two", sleep_and_note(two));
    EXPECT_FALSE(drain(1ms));
    tasks.cancel(id);
    EXPECT_FALSE(drain(10ms));
    EXPECT_EQ(one, false);
    EXPECT_EQ(two, std::nullopt);
    tasks.cancel(id);
    tasks.cancel();
    EXPECT_TRUE(drain(10s));
}

TEST_F(TasksTest, KeepOnWhenOneThrows)
{
    std::vector<int> notes;
    tasks.spawn("thrower", fail_at_once());
    tasks.spawn("other", note(notes, 1));
    EXPECT_TRUE(drain(10s));
    EXPECT_EQ(notes.size(), 1U);
}

TEST_F(TasksTest, MayBeStoppedByOneOfThem)
{
    std::optional<bool> slept;
    tasks.spawn("sleeper", sleep_and_note(slept));
    tasks.spawn("stopper", stop_itself(tasks));
    EXPECT_TRUE(drain(10s));
    EXPECT_EQ(slept, false);
}

TEST_F(TasksTest, OutliveTheirOwnerUntilTheyNoticed)
{
    std::optional<bool> slept;
    {
        Tasks shorter{loop.get_executor()};
        shorter.spawn("sleeper", sleep_and_note(slept));
        auto first = shorter.drain(1ms);
        EXPECT_FALSE(run_to_end(loop, std::move(first)));
    }
    auto moment = pause(1ms);
    EXPECT_TRUE(run_to_end(loop, std::move(moment)));
    EXPECT_EQ(slept, false);
}

Async<std::thread::id> where_it_ran(asio::thread_pool& pool)
{
    co_return co_await off_the_loop(pool, [] { return std::this_thread::get_id(); });
}

Async<bool> comes_back(asio::thread_pool& pool)
{
    const auto before = std::this_thread::get_id();
    co_await where_it_ran(pool);
    co_return std::this_thread::get_id() == before;
}

TEST_F(TasksTest, BlockingWorkRunsElsewhereAndComesBack)
{
    asio::thread_pool pool{1};
    EXPECT_TRUE(run_to_end(loop, where_it_ran(pool)) != std::this_thread::get_id());
    EXPECT_TRUE(run_to_end(loop, comes_back(pool)));
}

Async<> work_elsewhere(asio::thread_pool& pool, int& ended)
{
    co_await off_the_loop(pool, [] { return 0; });
    ++ended;
}

TEST_F(TasksTest, MayBeStoppedBeforeTheyBegan)
{
    std::vector<int> notes;
    asio::post(loop, [this] { tasks.cancel(); });
    tasks.spawn("one", note(notes, 1));
    EXPECT_TRUE(drain(10s));
    EXPECT_TRUE(notes.empty());
}

TEST_F(TasksTest, WorkElsewhereEndsInPeaceWheneverItIsStopped)
{
    asio::thread_pool pool{4};
    for (int round = 0; round < 500; ++round) {
        int ended = 0;
        tasks.spawn("worker", work_elsewhere(pool, ended));
        loop.restart();
        for (int step = 0; step < round % 4; ++step)
            loop.poll_one();
        asio::post(loop, [this] { tasks.cancel(); });
        ASSERT_TRUE(drain(10s));
    }
}

TEST_F(TasksTest, ALoopRunsNoLongerThanTheWorkItWasStartedFor)
{
    std::optional<bool> slept;
    tasks.spawn("sleeper", sleep_and_note(slept));
    const auto begin = Clock::now();
    EXPECT_TRUE(run_to_end(loop, pause(1ms)));
    EXPECT_LT(Clock::now() - begin, 10s);
}

}  // namespace
}  // namespace one
