// Full enrollments: handshake, token, claim, document, certificate, desired state.
#include "tests/benchmarks/load/machines.hpp"

#include <vector>

namespace load {
namespace {

struct Run {
    std::vector<Machine> machines{};
    std::size_t next = 0;
    std::vector<double> took{};
    int failed = 0;
    std::string failure{};
};

Async<> work(const Wish& wish, boost::asio::ssl::context& context, Run& run)
{
    while (run.next < run.machines.size()) {
        const Machine& machine = run.machines[run.next++];
        const auto begun = Clock::now();
        const auto answer = co_await enroll_one(wish, context, machine);
        if (answer && answer->status == 200) {
            run.took.push_back(milliseconds_since(begun));
            continue;
        }
        ++run.failed;
        run.failure = answer ? answer->body : one::to_line(answer.error());
    }
}

}  // namespace

void enroll(const Wish& wish)
{
    one::asio::io_context loop{1};
    auto context = make_context(wish.service);
    Run run;
    for (int number = 0; number < wish.count; ++number)
        run.machines.push_back(make_machine(wish, number));
    one::Tasks tasks{loop.get_executor()};
    for (int worker = 0; worker < wish.parallel; ++worker)
        tasks.spawn("worker", work(wish, context, run));
    const auto begun = Clock::now();
    loop.run();
    say({{"count", run.took.size()},
         {"seconds", milliseconds_since(begun) / 1000},
         {"took_ms", run.took},
         {"failed", run.failed},
         {"failure", run.failure}});
}

}  // namespace load
