// How a server ends: at once for those who wait, after their answer for those at work, and never later than the limit.
#include "tests/unit/common/http/world.hpp"

#include <gmock/gmock.h>

namespace one::http {
namespace {

using Clock = std::chrono::steady_clock;

class Draining : public World {
protected:
    Clock::duration drain(std::chrono::milliseconds limit)
    {
        const auto begin = Clock::now();
        auto work = server->drain(limit);
        run_to_end(loop, std::move(work));
        return Clock::now() - begin;
    }
};

Async<> ask_into(Client client, std::optional<Result<Response>>& into)
{
    Request request;
    into = co_await client.exchange(std::move(request));
}

/// Begins the end as soon as a request is at work.
struct Interrupted {
    Tasks& tasks;
    std::unique_ptr<Server>& server;
    std::chrono::milliseconds work;
    std::chrono::milliseconds limit;
};

Async<Response> be_interrupted(Interrupted by)
{
    by.tasks.spawn("drain", by.server->drain(by.limit));
    co_await pause(by.work);
    co_return Response{.body = "done"};
}

TEST_F(Draining, EndsWaitingConnectionsAtOnce)
{
    auto client = client_of(serve());
    good(exchange(client, {}));
    EXPECT_LT(drain(60s), 10s);
}

TEST_F(Draining, RefusesNewConnections)
{
    const int port = serve();
    drain(1s);
    EXPECT_EQ(bad(get(port)).kind, ErrorKind::unreachable);
}

TEST_F(Draining, LetsARunningRequestEnd)
{
    Tasks tasks{loop.get_executor()};
    const int port = serve([&](Request) { return be_interrupted({tasks, server, 50ms, 10s}); });
    std::optional<Result<Response>> answer;
    tasks.spawn("ask", ask_into(client_of(port), answer));
    EXPECT_TRUE(run(tasks.drain(10s)));
    EXPECT_EQ(good(std::move(answer.value())).body, "done");
}

TEST_F(Draining, CutsWhatIsNotDoneAtTheLimit)
{
    Tasks tasks{loop.get_executor()};
    const int port = serve([&](Request) { return be_interrupted({tasks, server, 1h, 50ms}); });
    std::optional<Result<Response>> answer;
    tasks.spawn("ask", ask_into(client_of(port), answer));
    EXPECT_TRUE(run(tasks.drain(10s)));
    EXPECT_EQ(bad(answer.value()).kind, ErrorKind::unreachable);
}

}  // namespace
}  // namespace one::http
