// The two limits of an enrollment: handshakes with the service, and updates of documents in the same oned.
#include "frontend/oned/client.hpp"
#include "tests/benchmarks/load/load.hpp"

#include "frontend/oned/document_types.hpp"

#include <optional>
#include <vector>

namespace load {
namespace {

struct Tally {
    Clock::time_point begun = Clock::now();
    Clock::time_point end{};
    std::vector<double> took{};
    std::string failure{};

    explicit Tally(double seconds) :
        end(begun + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>{seconds}))
    {
    }
    void say_all() const
    {
        say({{"count", took.size()},
             {"seconds", milliseconds_since(begun) / 1000},
             {"took_ms", took},
             {"failure", failure}});
    }
};

Async<> shake_hands(const Wish& wish, boost::asio::ssl::context& context, Tally& tally, int worker)
{
    const auto executor = co_await one::asio::this_coro::executor;
    while (Clock::now() < tally.end) {
        const auto begun = Clock::now();
        Connection connection{executor, context};
        const auto opened = co_await connection.open(wish.service, worker, {});
        if (opened)
            tally.took.push_back(milliseconds_since(begun));
        else
            tally.failure = one::to_line(opened.error());
        connection.drop();
    }
}

Async<> update(onefrontend::oned::Client& oned, Tally& tally, int document)
{
    while (Clock::now() < tally.end) {
        const auto begun = Clock::now();
        std::string body(1500, 'x');  // a node's, about
        const auto replaced = co_await oned.replace_document(document, "onenode-bench", std::move(body));
        if (replaced)
            tally.took.push_back(milliseconds_since(begun));
        else
            tally.failure = one::to_line(replaced.error());
    }
}

}  // namespace

void handshakes(const Wish& wish)
{
    one::asio::io_context loop{1};
    auto context = make_context(wish.service);
    Tally tally{wish.seconds};
    one::Tasks tasks{loop.get_executor()};
    for (int worker = 0; worker < wish.parallel; ++worker)
        tasks.spawn("worker", shake_hands(wish, context, tally, worker));
    loop.run();
    tally.say_all();
}

void updates(const Wish& wish)
{
    one::asio::io_context loop{1};
    onefrontend::oned::Options options;
    options.endpoint = must(onefrontend::oned::parse_endpoint(wish.oned_endpoint));
    onefrontend::oned::Client oned{options, must(onefrontend::oned::read_session(wish.oned_auth))};
    std::vector<int> documents;
    for (int worker = 0; worker < wish.parallel; ++worker)
        documents.push_back(must(one::run_to_end(
            loop, oned.allocate_document(onefrontend::revocation_document + 1000, "onenode-bench", "{}"))));
    Tally tally{wish.seconds};
    {
        one::Tasks tasks{loop.get_executor()};
        for (const int document : documents)
            tasks.spawn("worker", update(oned, tally, document));
        loop.restart();
        loop.run();
    }
    tally.say_all();
    for (const int document : documents)
        (void)one::run_to_end(loop, oned.delete_document(document));
}

}  // namespace load
