// The server against peers that are slow, greedy or odd.
#include "common/wire/messages.hpp"
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <stdexcept>

namespace one::http {
namespace {

using asio::ip::tcp;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* plain_get = "GET /one HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

std::optional<bool> was_stopped;  // what became of the handler of a peer that left

class Served : public World {
protected:
    Heard speak(int port, Speech speech)
    {
        auto work = speak_tls(port, std::move(speech));
        return run(std::move(work));
    }

    /// In the words in which a route would have said it.
    static void expect_error(const Heard& heard, std::string_view status, std::string_view reason)
    {
        EXPECT_THAT(heard.bytes, StartsWith("HTTP/1.1 " + std::string{status}));
        EXPECT_THAT(heard.bytes, HasSubstr("Content-Type: application/json"));
        const auto body = heard.bytes.find("\r\n\r\n");
        const auto told = good(wire::from_json<wire::ApiError>(heard.bytes.substr(body + 4)));
        EXPECT_EQ(told.reason, reason);
        EXPECT_NE(told.next, "");
    }

    void until_handled()
    {
        loop.restart();
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (!was_stopped && std::chrono::steady_clock::now() < deadline)
            loop.run_one_for(1s);
    }

    /// The server needs a moment to see that another connection ended.
    Result<Response> until_admitted(Client& client)
    {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        auto response = exchange(client, {});
        while (!response && std::chrono::steady_clock::now() < deadline)
            response = exchange(client, {});
        return response;
    }
};

Async<Response> throw_up(Request)
{
    throw std::runtime_error("the handler's own mistake");
    co_return Response{};
}

Async<Response> sleep_for_long(Request)
{
    co_await pause(1h);
    co_return Response{};
}

TEST_F(Served, HeaderThatIsTooLargeIs431)
{
    std::string header = "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n";
    expect_error(speak(serve(), {.parts = {header}}), "431", "its header is larger than 16384 bytes");
}

TEST_F(Served, HeaderOfAlmost16KiBIsServed)
{
    std::string header = "GET / HTTP/1.1\r\nConnection: close\r\nX: " + std::string(16'000, 'x') + "\r\n\r\n";
    EXPECT_THAT(speak(serve(), {.parts = {header}}).bytes, StartsWith("HTTP/1.1 200"));
}

TEST_F(Served, BodyThatIsTooLargeIs413)
{
    const std::string head = "POST / HTTP/1.1\r\nContent-Length: 300000\r\n\r\n";
    const Heard heard = speak(serve(), {.parts = {head, std::string(300'000, 'x')}});
    expect_error(heard, "413", "its body is larger than 262144 bytes");
}

TEST_F(Served, ChunksWithoutEndAre413)
{
    const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    std::string chunks;
    for (int i = 0; i < 5; ++i)
        chunks += "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
    EXPECT_THAT(speak(serve(), {.parts = {head, chunks}}).bytes, StartsWith("HTTP/1.1 413"));
}

TEST_F(Served, ChunkedBodyReachesTheHandlerWhole)
{
    const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
    const Heard heard = speak(serve(), {.parts = {head, "3\r\nabc\r\n", "4\r\ndefg\r\n0\r\n\r\n"}});
    EXPECT_THAT(heard.bytes, HasSubstr("\r\n\r\nabcdefg"));
}

TEST_F(Served, WhatIsNoHttpIs400)
{
    expect_error(speak(serve(), {.parts = {"\x16\x03 what is this\r\n\r\n"}}), "400", "it is no HTTP: bad method");
}

TEST_F(Served, PlainHttpToTheTlsPortIsClosed)
{
    const int port = serve();
    auto ask = [](asio::io_context& loop_of, int at) -> Async<std::string> {
        tcp::socket socket{loop_of};
        const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(at)};
        co_await socket.async_connect(endpoint, awaited);
        co_await say(socket, plain_get);
        std::string all;
        for (std::string part = "-"; !part.empty(); all += part)
            part = co_await hear(socket);
        co_return all;
    };
    EXPECT_THAT(run(ask(loop, port)), ::testing::Not(HasSubstr("HTTP"))) << "an alert, and the end";
}

TEST_F(Served, RequestsInOnePieceAreAnsweredInOrder)
{
    const std::string three = "GET /one HTTP/1.1\r\n\r\nPOST /two HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
                              "GET /three HTTP/1.1\r\nConnection: close\r\n\r\n";
    const Heard heard = speak(serve(), {.parts = {three}});
    const auto one = heard.bytes.find("X-Target: /one");
    const auto two = heard.bytes.find("X-Target: /two");
    const auto last = heard.bytes.find("X-Target: /three");
    EXPECT_LT(one, two);
    EXPECT_LT(two, last);
    EXPECT_NE(last, std::string::npos);
}

TEST_F(Served, WhoNeverFinishesARequestIsClosed)
{
    const Heard heard = speak(serve(echo, {.request = 50ms}), {.parts = {"GET / HTTP/1.1\r\nX: drip"}});
    EXPECT_EQ(heard.bytes, "");
    EXPECT_NE(heard.end, "");
}

TEST_F(Served, WhoDripsARequestHasNoMoreTimeThanOthers)
{
    std::vector<std::string> drops;
    for (int i = 0; i < 1000; ++i)
        drops.emplace_back("x");
    drops.front() = "POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n";
    const auto begin = std::chrono::steady_clock::now();
    const Heard heard = speak(serve(echo, {.request = 100ms}), {.parts = drops, .between = 10ms});
    EXPECT_EQ(heard.bytes, "");
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s) << "all drops would take 10 s";
}

TEST_F(Served, WhoNeverBeginsARequestIsClosed)
{
    const Heard heard = speak(serve(echo, {.idle = 50ms}), {});
    EXPECT_EQ(heard.bytes, "");
    EXPECT_NE(heard.end, "");
}

Async<Response> wait_for_news(Request)
{
    was_stopped = !co_await pause(20s);
    co_return Response{};
}

Async<Response> take_a_moment(Request)
{
    was_stopped = !co_await pause(300ms);
    co_return Response{};
}

TEST_F(Served, HandlerOfAPeerThatLeftIsStopped)
{
    const int port = serve(wait_for_news);
    was_stopped.reset();
    {
        auto client = client_of(port, {.answer = 50ms});
        EXPECT_EQ(bad(exchange(client, {})).kind, ErrorKind::timeout);
    }
    until_handled();
    EXPECT_EQ(was_stopped, true);
}

TEST_F(Served, HandlerIsStoppedAlsoWhereItsPeerSaidMoreBeforeItLeft)
{
    const int port = serve(wait_for_news);
    was_stopped.reset();
    speak(port, {.parts = {"GET / HTTP/1.1\r\n\r\n", std::string(20'000, 'x')}, .leaves = true});
    until_handled();
    EXPECT_EQ(was_stopped, true);
}

TEST_F(Served, HandlerThatChangesSomethingIsNotStoppedWhenItsPeerLeaves)
{
    const int port = serve(take_a_moment);
    was_stopped.reset();
    {
        auto client = client_of(port, {.answer = 50ms});
        EXPECT_EQ(bad(exchange(client, {.method = "POST"})).kind, ErrorKind::timeout);
    }
    until_handled();
    EXPECT_EQ(was_stopped, false);
}

TEST_F(Served, WhoNeverShakesHandsIsClosed)
{
    const int port = serve(echo, {.handshake = 50ms});
    auto wait = [](asio::io_context& loop_of, int at) -> Async<std::string> {
        tcp::socket socket{loop_of};
        const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(at)};
        co_await socket.async_connect(endpoint, awaited);
        co_return co_await hear(socket);
    };
    EXPECT_EQ(run(wait(loop, port)), "");
}

TEST_F(Served, HandlerThatThrowsIsA500AndTheServerGoesOn)
{
    const int port = serve(throw_up);
    auto client = client_of(port);
    const auto response = good(exchange(client, {}));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(good(wire::from_json<wire::ApiError>(response.body)).kind, "internal");
    EXPECT_THAT(response.body, ::testing::Not(HasSubstr("the handler's own")));
    EXPECT_EQ(good(exchange(client, {})).status, 500);
}

TEST_F(Served, HandlerThatTakesTooLongIsStoppedAndA503)
{
    const auto response = good(get(serve(sleep_for_long, {.work = 50ms})));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(good(wire::from_json<wire::ApiError>(response.body)).kind, "busy");
    auto drained = server->drain(1s);
    const auto begin = std::chrono::steady_clock::now();
    run_to_end(loop, std::move(drained));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s) << "the handler was stopped";
}

TEST_F(Served, HandlerThatDoesNotStopStillLeadsToA503)
{
    asio::thread_pool pool{1};
    std::promise<void> let_go;
    const auto stubborn = [&](Request) -> Async<Response> {
        return off_the_loop(pool, [&let_go] {
            let_go.get_future().wait();
            return Response{};
        });
    };
    EXPECT_EQ(good(get(serve(stubborn, {.work = 50ms}))).status, 503);
    let_go.set_value();
    pool.join();
}

TEST_F(Served, NoMoreConnectionsThanAllowedOfOneAddress)
{
    const int port = serve(echo, {.connections_per_peer = 2});
    auto first = client_of(port);
    auto second = client_of(port);
    auto third = client_of(port);
    EXPECT_EQ(good(exchange(first, {})).status, 200);
    EXPECT_EQ(good(exchange(second, {})).status, 200);
    EXPECT_EQ(bad(exchange(third, {})).kind, ErrorKind::unreachable);
    first.close();
    EXPECT_EQ(good(until_admitted(third)).status, 200);
}

TEST_F(Served, NoMoreConnectionsThanAllowedInAll)
{
    const int port = serve(echo, {.connections = 1});
    auto first = client_of(port);
    auto second = client_of(port);
    EXPECT_EQ(good(exchange(first, {})).status, 200);
    EXPECT_EQ(bad(exchange(second, {})).kind, ErrorKind::unreachable);
}

TEST_F(Served, TwoHundredAtOnce)
{
    const auto meet = [](Request request) -> Async<Response> {
        co_await pause(20ms);
        co_return Response{.body = std::string{request.path()}};
    };
    const int port = serve(meet);
    Tasks tasks{loop.get_executor()};
    int answered = 0;
    auto ask = [](Client client, int number, int& count) -> Async<> {
        Request request{.target = '/' + std::to_string(number)};
        auto response = co_await client.exchange(std::move(request));
        if (response && response->body == '/' + std::to_string(number)) ++count;
    };
    for (int i = 0; i < 200; ++i)
        tasks.spawn("client", ask(client_of(port, {.connect = 30s, .handshake = 30s}), i, answered));
    EXPECT_TRUE(run(tasks.drain(60s)));
    EXPECT_EQ(answered, 200);
}

TEST_F(Served, SaysWhoHasThePort)
{
    const int port = serve();
    Server other{loop.get_executor(), good(make_server_tls(usual_policy())), {}, echo};
    const Error error = bad(other.listen("127.0.0.1", port));
    EXPECT_EQ(error.kind, ErrorKind::conflict);
    EXPECT_EQ(to_line(error), "cannot listen on 127.0.0.1:" + std::to_string(port) + ": Address already in use");
    EXPECT_THAT(error.next, HasSubstr("ss -ltnp"));
    EXPECT_EQ(bad(other.listen("not an address", 0)).thing, "not an address:0");
}

TEST_F(Served, OnEveryAddressShowsPeersOfIPv4AsSuch)
{
    server = std::make_unique<Server>(loop.get_executor(), good(make_server_tls(usual_policy())), ServerLimits{}, echo);
    const int port = good(server->listen("::", 0));
    EXPECT_EQ(good(get(port)).header("X-Peer"), "127.0.0.1");
}

}  // namespace
}  // namespace one::http
