// One answer for all who ask at the same time, begun after they asked; nobody's going away is anybody else's.
#include "frontend/oned/together.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace onefrontend::oned {
namespace {

using namespace std::chrono_literals;
namespace asio = one::asio;

struct TogetherTest : testing::Test {
    struct Told {
        int name = 0;
        int answer = 0;  // negative: a failure
        bool operator==(const Told&) const = default;
        friend std::ostream& operator<<(std::ostream& out, const Told& each)
        {
            return out << each.name << " was told " << each.answer;
        }
    };

    /// What is there when the answer is under way, and the end of it.
    one::Async<one::Result<int>> find(std::shared_ptr<const int> last)
    {
        begun += 1;
        lasts.push_back(last ? *last : 0);
        const int seen = there;
        co_await end.async_wait(one::awaited);
        if (fails) co_return one::fail({.thing = "oned", .reason = "it is away", .doing = "ask"});
        co_return seen;
    }
    static one::Async<> ask(TogetherTest& test, int name, std::string question)
    {
        const auto find = [&test](std::shared_ptr<const int> last) { return test.find(std::move(last)); };
        const auto answer = co_await ask_together<int>(test.together, std::move(question), find);
        test.told.push_back({name, answer ? **answer : -1});
        if (answer && test.keeps) test.kept = *answer;
    }
    void start(int name, asio::cancellation_slot stop = {}, std::string question = "all")
    {
        asio::co_spawn(loop, ask(*this, name, std::move(question)),
                       asio::bind_cancellation_slot(stop, [](const std::exception_ptr&) {}));
        run();
    }
    void run()
    {
        loop.restart();
        loop.poll();
    }
    void end_one()
    {
        end.cancel_one();
        run();
    }

    /// Once somebody else has asked something else.
    std::size_t left_behind()
    {
        start(99, {}, "another");
        end_one();
        return together.questions() - 1;
    }

    Together together{};
    int there = 1;  // what a question that begins now will see
    int begun = 0;
    bool fails = false;
    bool keeps = false;
    std::shared_ptr<const int> kept{};
    std::vector<int> lasts{};
    std::vector<Told> told{};
    asio::io_context loop{};
    asio::steady_timer end{loop, 1h};
};

TEST_F(TogetherTest, AnswersWhoAsksMeanwhileByOneRoundThatBeganAfterThem)
{
    start(1);
    there = 2;  // written by 2 and 3 before they ask: the answer that is under way does not show it
    start(2);
    start(3);
    EXPECT_EQ(begun, 1);
    end_one();
    EXPECT_EQ(told, (std::vector<Told>{{1, 1}}));
    EXPECT_EQ(begun, 2);
    there = 3;
    start(4);
    end_one();
    EXPECT_EQ(told, (std::vector<Told>{{1, 1}, {2, 2}, {3, 2}}));
    end_one();
    EXPECT_EQ(told.back(), (Told{4, 3}));
    EXPECT_EQ(begun, 3);
    EXPECT_EQ(left_behind(), 0U);
}

TEST_F(TogetherTest, KeepsNoAnswerForWhoComesLater)
{
    start(1);
    end_one();
    there = 2;
    start(2);
    end_one();
    EXPECT_EQ(told, (std::vector<Told>{{1, 1}, {2, 2}}));
}

TEST_F(TogetherTest, LetsOtherQuestionsNotWait)
{
    start(1, {}, "nodes");
    start(2, {}, "hosts");
    EXPECT_EQ(begun, 2);
    end_one();
    end_one();
    EXPECT_EQ(left_behind(), 0U);
}

TEST_F(TogetherTest, TellsAFailureToAllWhoSharedItAndAsksAnewForTheNext)
{
    start(1);
    start(2);
    start(3);
    fails = true;
    end_one();
    EXPECT_EQ(told, (std::vector<Told>{{1, -1}}));
    end_one();
    EXPECT_EQ(told, (std::vector<Told>{{1, -1}, {2, -1}, {3, -1}}));
    fails = false;
    start(4);
    end_one();
    EXPECT_EQ(told.back(), (Told{4, 1}));
}

TEST_F(TogetherTest, GoesOnForTheOthersWhenWhoAskedForAllGoesAway)
{
    start(1);
    asio::cancellation_signal stop;
    start(2, stop.slot());  // begins the next round, for all of them
    start(3);
    start(4);
    end_one();
    EXPECT_EQ(begun, 2);
    there = 5;
    start(5);      // waits for the round after that
    fails = true;  // what a call that was stopped gives
    stop.emit(asio::cancellation_type::terminal);
    run();
    fails = false;
    EXPECT_EQ(begun, 3) << "one of the others began anew";
    end_one();
    for (const Told& each : std::vector<Told>{{3, 5}, {4, 5}, {5, 5}})
        EXPECT_EQ(std::ranges::count(told, each), 1) << each;
    EXPECT_EQ(left_behind(), 0U);
}

TEST_F(TogetherTest, ForgetsWhoGoesAwayWhileItWaits)
{
    start(1);
    asio::cancellation_signal stop;
    start(2, stop.slot());
    start(3);
    stop.emit(asio::cancellation_type::terminal);
    run();
    end_one();
    end_one();
    EXPECT_EQ(told.back(), (Told{3, 1}));
    EXPECT_EQ(begun, 2);
    EXPECT_EQ(left_behind(), 0U);
}

// It is woken to run the next round, and before it can know of it, it is told to stop.
TEST_F(TogetherTest, LosesNobodyWhereWhoIsNextGoesAwayInTheMomentOfItsTurn)
{
    start(1);
    asio::cancellation_signal stop;
    start(2, stop.slot());
    start(3);
    end.cancel_one();
    loop.restart();
    while (told.empty() && loop.poll_one() > 0) {
    }
    stop.emit(asio::cancellation_type::terminal);
    run();
    end_one();
    EXPECT_EQ(told.back(), (Told{3, 1}));
    EXPECT_EQ(left_behind(), 0U);
}

TEST_F(TogetherTest, IsLeftBehindWithoutHarmWhenTheLoopEnds)
{
    auto other = std::make_unique<asio::io_context>();
    const auto wait = [](const std::shared_ptr<const int>&) -> one::Async<one::Result<int>> {
        asio::steady_timer never{co_await asio::this_coro::executor, 1h};  // its own: a timer must not outlive its loop
        co_await never.async_wait(one::awaited);
        co_return 1;
    };
    for (int i = 0; i < 3; ++i)
        asio::co_spawn(*other, ask_together<int>(together, "all", wait), [](const std::exception_ptr&, const auto&) {});
    other->poll();
    other.reset();
    EXPECT_EQ(left_behind(), 0U);
}

TEST_F(TogetherTest, HandsTheLastAnswerOnAsLongAsSomebodyHoldsIt)
{
    keeps = true;
    start(1);
    end_one();
    start(2);
    end_one();
    keeps = false;
    kept.reset();
    start(3);
    end_one();
    EXPECT_EQ(lasts, (std::vector{0, 1, 0}));
    EXPECT_EQ(left_behind(), 0U);
}

}  // namespace
}  // namespace onefrontend::oned
