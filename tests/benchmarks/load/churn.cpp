// Rounds of what a cloud does in an hour: machines join, lose their connection, come back, leave.
#include "tests/benchmarks/load/machines.hpp"

#include "common/wire/messages.hpp"

namespace load {
namespace {

struct Round {
    const Wish* wish;
    boost::asio::ssl::context* context;
    std::vector<Machine> machines{};
    std::size_t next = 0;
    int failed = 0;
    std::string failure{};
};

Async<Result<>> drop_in_the_middle(Round& round, const Machine& machine, Identity own)
{
    Connection connection{co_await one::asio::this_coro::executor, *round.context};
    CO_TRY(co_await connection.open(round.wish->service, machine.number, own));
    CO_TRY_LET(const auto state,
               co_await connection.exchange("GET", "/v1/desired", nothing, nothing, nothing, Keep::beginning));
    // Waits, until its network goes away.
    one::Tasks waiting{co_await one::asio::this_coro::executor};
    auto wait = [](Connection& on, std::string known) -> Async<> {
        (void)co_await on.exchange("GET", "/v1/desired?wait=30", nothing, known, nothing, Keep::beginning);
    };
    waiting.spawn("wait", wait(connection, state.tag));
    co_await one::pause(std::chrono::milliseconds{20});
    connection.drop();
    co_await waiting.drain(std::chrono::seconds{5});
    co_return Result<>{};
}

Async<Result<>> leave(Round& round, const Machine& machine, Identity own)
{
    Connection connection{co_await one::asio::this_coro::executor, *round.context};
    CO_TRY(co_await connection.open(round.wish->service, machine.number, own));
    const auto request = one::wire::to_json(one::wire::LeaveRequest{});
    CO_TRY(co_await connection.exchange("POST", "/v1/leave", request, nothing, nothing, Keep::beginning));
    CO_TRY_LET(const auto left,
               co_await connection.exchange("POST", "/v1/left", nothing, nothing, nothing, Keep::beginning));
    if (left.status != 200)
        co_return one::fail({.kind = one::ErrorKind::invalid, .thing = "leaving", .reason = left.body});
    co_return Result<>{};
}

Async<Result<>> live(Round& round, const Machine& machine)
{
    CO_TRY_LET(const auto answer, co_await enroll_one(*round.wish, *round.context, machine));
    if (answer.status != 200)
        co_return one::fail({.kind = one::ErrorKind::invalid, .thing = "joining", .reason = answer.body});
    CO_TRY_LET(const auto enrolled, one::wire::from_json<one::wire::EnrollAnswer>(answer.body));
    CO_TRY_LET(const auto chain, one::identity::load_certificates(enrolled.certificate_chain));
    const Identity own{chain.front().get(), machine.key.get()};
    for (int drop = 0; drop < round.wish->drops / std::max(round.wish->joins, 1); ++drop)
        CO_TRY(co_await drop_in_the_middle(round, machine, own));
    co_return co_await leave(round, machine, own);
}

Async<> work(Round& round)
{
    while (round.next < round.machines.size()) {
        const Machine& machine = round.machines[round.next++];
        const auto lived = co_await live(round, machine);
        if (lived) continue;
        ++round.failed;
        round.failure = one::to_line(lived.error());
    }
}

}  // namespace

void churn(const Wish& wish)
{
    one::asio::io_context loop{1};
    auto context = make_context(wish.service);
    for (int number = 0; number < wish.count; ++number) {
        Round round{&wish, &context};
        for (int machine = 0; machine < wish.joins; ++machine)
            round.machines.push_back(make_machine(wish, machine));
        one::Tasks tasks{loop.get_executor()};
        for (int worker = 0; worker < wish.parallel; ++worker)
            tasks.spawn("worker", work(round));
        loop.restart();
        loop.run();
        say({{"round", number}, {"failed", round.failed}, {"failure", round.failure}});
    }
}

}  // namespace load
