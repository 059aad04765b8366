// One at a time for each key, in the order in which they came, and nothing left behind.
#include "frontend/oned/turns.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace onefrontend::oned {
namespace {

using namespace std::chrono_literals;
namespace asio = one::asio;

struct TurnsTest : testing::Test {
    struct Work {
        int name = 0;
        int key = 0;
        std::chrono::milliseconds limit = 1h;
    };
    static one::Async<> take(TurnsTest& test, Work work)
    {
        Turns::Turn turn{test.turns, work.key};
        if (!co_await turn.begin(work.limit)) {
            test.story.push_back(-work.name);
            co_return;
        }
        test.story.push_back(work.name);
        co_await test.end.async_wait(one::awaited);
    }
    void start(Work work, asio::cancellation_slot stop = {})
    {
        asio::co_spawn(loop, take(*this, work), asio::bind_cancellation_slot(stop, [](const std::exception_ptr&) {}));
        loop.restart();
        loop.poll();
    }
    void end_one()
    {
        end.cancel_one();
        loop.restart();
        loop.poll();
    }

    Turns turns{};
    std::vector<int> story{};  // who got a turn; negative: who gave up
    asio::io_context loop{};
    asio::steady_timer end{loop, 1h};
};

TEST_F(TurnsTest, AreTakenOneAfterTheOtherForAKeyAndAtOnceForAnother)
{
    for (const int name : {1, 2, 3})
        start({.name = name, .key = 7});
    start({.name = 4, .key = 8});
    EXPECT_EQ(story, (std::vector{1, 4}));
    EXPECT_EQ(turns.keys(), 2U);
    end_one();
    EXPECT_EQ(story, (std::vector{1, 4, 2}));
    for (int i = 0; i < 3; ++i)
        end_one();
    EXPECT_EQ(story, (std::vector{1, 4, 2, 3}));
    EXPECT_EQ(turns.keys(), 0U);
}

TEST_F(TurnsTest, AreGivenUpAfterTheLimitAndByWhoIsTakenDown)
{
    asio::cancellation_signal stop;
    start({.name = 1, .key = 7});
    start({.name = 2, .key = 7, .limit = 1ms});
    start({.name = 3, .key = 7}, stop.slot());
    start({.name = 4, .key = 7});
    stop.emit(asio::cancellation_type::terminal);
    while (story.size() < 3) {
        loop.restart();
        loop.run_one();
    }
    end_one();
    EXPECT_EQ(story.front(), 1);
    EXPECT_EQ(story.back(), 4);
    EXPECT_EQ(std::vector(story).size(), 4U) << "2 and 3 gave up";
    end_one();
    EXPECT_EQ(turns.keys(), 0U);
}

// Its turn is given by whoever ends, and before it can know of it, its time is up or its request is gone.
TEST_F(TurnsTest, ThatCameTooLateAreNotLost)
{
    start({.name = 1, .key = 7});
    asio::cancellation_signal stop;
    start({.name = 2, .key = 7}, stop.slot());
    start({.name = 3, .key = 7});
    end.cancel_one();
    loop.restart();
    while (turns.keys() == 1 && story.size() == 1 && loop.poll_one() > 0)
        stop.emit(asio::cancellation_type::terminal);
    for (int i = 0; i < 3; ++i)
        end_one();
    EXPECT_EQ(story.back(), 3);
    EXPECT_EQ(turns.keys(), 0U);
}

}  // namespace
}  // namespace onefrontend::oned
