// Nodes that wait for news of their desired state, all at once.
//
// Standard input: `mark TEXT` asks when each node has got a state that holds the text; its end is the end.
#include "tests/benchmarks/load/machines.hpp"

#include "frontend/oned/slots.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read_until.hpp>

#include <unistd.h>

#include <set>

namespace load {
namespace {

constexpr std::size_t connecting_at_once = 64;
constexpr std::chrono::seconds turn_limit{600};

struct Crowd {
    const Wish* wish;
    boost::asio::ssl::context* context;
    std::vector<one::identity::CertificateHandle> certificates{};
    one::identity::KeyHandle key{};
    onefrontend::oned::Slots connecting{connecting_at_once};
    std::size_t waiting = 0;  // have a state, and ask for the next one
    Clock::time_point begun = Clock::now();
    std::vector<double> first_state_ms{};
    std::string mark{};
    std::vector<double> arrivals{};  // epoch seconds
    std::set<int> arrived{};         // a node may be told twice: it counts once
    int again = 0;
    int failed = 0;
    std::string failure{};
};

double epoch_seconds()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void note_failure(Crowd& crowd, std::string what)
{
    ++crowd.failed;
    crowd.failure = std::move(what);
}

void note_arrival(Crowd& crowd, int node)
{
    if (!crowd.arrived.insert(node).second) {
        ++crowd.again;
        return;
    }
    crowd.arrivals.push_back(epoch_seconds());
    if (crowd.arrivals.size() != crowd.certificates.size()) return;
    say({{"mark", crowd.mark},
         {"arrivals", crowd.arrivals},
         {"failed", crowd.failed},
         {"failure", crowd.failure},
         {"told_again", crowd.again}});
    crowd.mark.clear();
    crowd.arrivals.clear();
    crowd.arrived.clear();
}

Async<Result<std::string>> begin(Crowd& crowd, Connection& connection, int node)
{
    if (!co_await crowd.connecting.enter(turn_limit))
        co_return one::fail({.kind = one::ErrorKind::timeout, .thing = "a turn", .reason = "none came"});
    const onefrontend::oned::HeldSlot turn{crowd.connecting};
    const auto begun = Clock::now();
    const Identity own{crowd.certificates[std::size_t(node)].get(), crowd.key.get()};
    CO_TRY(co_await connection.open(crowd.wish->service, node, own));
    CO_TRY_LET(const auto answer,
               co_await connection.exchange("GET", "/v1/desired", nothing, nothing, crowd.mark, Keep::beginning));
    if (answer.status != 200)
        co_return one::fail({.kind = one::ErrorKind::invalid, .thing = "the first state", .reason = answer.body});
    crowd.first_state_ms.push_back(milliseconds_since(begun));
    co_return answer.tag;
}

/// Until the connection is lost.
Async<> wait_for_news(Crowd& crowd, Connection& connection, int node, std::string known, bool is_first)
{
    if (is_first && ++crowd.waiting == crowd.certificates.size())
        say({{"waiting", crowd.waiting},
             {"seconds", milliseconds_since(crowd.begun) / 1000},
             {"took_ms", crowd.first_state_ms},
             {"failed", crowd.failed},
             {"failure", crowd.failure}});
    while (true) {
        const auto answer =
            co_await connection.exchange("GET", "/v1/desired?wait=60", nothing, known, crowd.mark, Keep::beginning);
        if (!answer) {
            note_failure(crowd, one::to_line(answer.error()));
            co_return;
        }
        if (answer->status == 200) {
            known = answer->tag;
            if (answer->has_mark) note_arrival(crowd, node);
        } else if (answer->status != 304) {
            note_failure(crowd, answer->body);
            if (!co_await one::pause(std::chrono::seconds{1})) co_return;
        }
    }
}

Async<> live(Crowd& crowd, int node)
{
    const auto executor = co_await one::asio::this_coro::executor;
    for (bool is_first = true;;) {
        Connection connection{executor, *crowd.context};
        const auto known = co_await begin(crowd, connection, node);
        if (known) {
            co_await wait_for_news(crowd, connection, node, *known, is_first);
            is_first = false;
        } else {
            note_failure(crowd, one::to_line(known.error()));
        }
        if (!co_await one::pause(std::chrono::seconds{1})) co_return;
    }
}

Async<> obey(Crowd& crowd, one::asio::io_context& loop)
{
    boost::asio::posix::stream_descriptor input{loop, ::dup(STDIN_FILENO)};
    std::string text;
    while (true) {
        const auto [ended, bytes] =
            co_await boost::asio::async_read_until(input, boost::asio::dynamic_buffer(text), '\n', one::awaited);
        if (ended) break;
        const auto line = text.substr(0, bytes - 1);
        text.erase(0, bytes);
        if (line.starts_with("mark ")) crowd.mark = line.substr(5);
    }
    loop.stop();
}

}  // namespace

void poll(const Wish& wish)
{
    one::asio::io_context loop{1};
    auto context = make_context(wish.service);
    Crowd crowd{&wish, &context};
    const auto identities = Json::parse(read_text(wish.identities));
    crowd.key = must(one::identity::load_key(one::Secret{identities["key"].get<std::string>()}));
    for (const auto& pem : identities["certificates"]) {
        if (crowd.certificates.size() == std::size_t(wish.count)) break;
        crowd.certificates.push_back(std::move(must(one::identity::load_certificates(pem.get<std::string>())).front()));
    }
    one::Tasks tasks{loop.get_executor()};
    for (std::size_t node = 0; node < crowd.certificates.size(); ++node)
        tasks.spawn("node", live(crowd, int(node)));
    tasks.spawn("input", obey(crowd, loop));
    loop.run();
}

}  // namespace load
