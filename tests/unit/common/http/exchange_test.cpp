// What a request becomes on its way to the handler and back, and how long a connection is kept.
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>

#include <gmock/gmock.h>

namespace one::http {
namespace {

using ::testing::HasSubstr;

class Exchange : public World {
protected:
    Error refusal_to_send(Request request)
    {
        auto client = client_of(serve());
        const Error error = bad(exchange(client, std::move(request)));
        EXPECT_EQ(error.doing, "send");
        return error;
    }
};

Async<Response> answer(Request, Response response)
{
    co_return response;
}

TEST_F(Exchange, CarriesARequestToTheHandlerAndItsAnswerBack)
{
    const int port = serve();
    auto client = client_of(port);
    const auto response = good(exchange(client, {.method = "POST", .target = "/v1/x?wait=3", .body = "hello"}));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "hello");
    EXPECT_EQ(response.header("x-method"), "POST");
    EXPECT_EQ(response.header("x-target"), "/v1/x?wait=3");
    EXPECT_EQ(response.header("X-PEER"), "127.0.0.1");
    EXPECT_EQ(client.peer_address(), "127.0.0.1:" + std::to_string(port));
    EXPECT_EQ(client.local_address(), "127.0.0.1");
}

TEST_F(Exchange, CarriesBytesOfEveryKindAndSize)
{
    std::string body(200'000, '\0');
    for (std::size_t i = 0; i < body.size(); ++i)
        body[i] = static_cast<char>(i * 31);
    auto client = client_of(serve());
    EXPECT_EQ(good(exchange(client, {.method = "POST", .body = body})).body, body);
}

TEST_F(Exchange, CarriesOneBodyToManyAndKeepsTheConnections)
{
    const auto shared = std::make_shared<const std::string>(3'000'000, 'x');
    const auto say_it = [shared](Request request) {
        Response response;
        response.shared_body = shared;
        return answer(std::move(request), std::move(response));
    };
    auto client = client_of(serve(say_it));
    for (const auto* method : {"GET", "HEAD", "GET"}) {
        const auto response = good(exchange(client, {.method = method}));
        EXPECT_EQ(response.status, 200);
        EXPECT_EQ(response.header("Content-Length"), "3000000");
        EXPECT_EQ(response.body, method == std::string_view{"GET"} ? *shared : "");
    }
}

TEST_F(Exchange, KeepsTheConnectionForTheNextOne)
{
    const auto say_port = [](Request request) {
        Response response{.body = std::to_string(request.peer.port)};
        return answer(std::move(request), std::move(response));
    };
    auto client = client_of(serve(say_port));
    const auto first = good(exchange(client, {})).body;
    EXPECT_EQ(good(exchange(client, {})).body, first);
    client.close();
    EXPECT_NE(good(exchange(client, {})).body, first);
}

// Cancelled after every step of the loop, also between what was sent and its answer.
TEST_F(Exchange, GivesNobodyTheAnswerToARequestThatWasCancelled)
{
    const auto say_target = [](Request request) {
        Response response{.body = request.target};
        return answer(std::move(request), std::move(response));
    };
    const int port = serve(say_target);
    bool was_in_time = false;
    for (int steps = 0; !was_in_time; ++steps) {
        auto client = client_of(port);
        ASSERT_EQ(good(exchange(client, {.target = "/before"})).body, "/before");
        asio::cancellation_signal stop;
        bool ended = false;
        const auto end = [&ended](const std::exception_ptr&, const Result<Response>&) { ended = true; };
        asio::co_spawn(loop, client.exchange({.target = "/cancelled"}), asio::bind_cancellation_slot(stop.slot(), end));
        loop.restart();
        for (int step = 0; step < steps && !ended; ++step)
            loop.run_one();
        was_in_time = ended;
        stop.emit(asio::cancellation_type::terminal);
        while (!ended)
            loop.run_one();
        EXPECT_EQ(good(exchange(client, {.target = "/next"})).body, "/next") << "cancelled after step " << steps;
    }
}

TEST_F(Exchange, GoesToANewServerWhereTheKeptConnectionWasClosed)
{
    const int port = serve();
    auto client = client_of(port);
    EXPECT_EQ(good(exchange(client, {})).status, 200);
    auto end = server->drain(1s);
    run_to_end(loop, std::move(end));
    server = std::make_unique<Server>(loop.get_executor(), good(make_server_tls(usual_policy())), ServerLimits{}, echo);
    good(server->listen("127.0.0.1", port));
    EXPECT_EQ(good(exchange(client, {})).status, 200);
}

TEST_F(Exchange, EndsAConnectionThatTheHandlerWantsClosed)
{
    const auto close = [](Request request) {
        Response response{.headers = {{"Connection", "close"}}, .body = std::to_string(request.peer.port)};
        return answer(std::move(request), std::move(response));
    };
    auto client = client_of(serve(close));
    const auto first = good(exchange(client, {})).body;
    EXPECT_EQ(client.peer_address(), "");
    EXPECT_NE(good(exchange(client, {})).body, first);
}

TEST_F(Exchange, OfHeadGetsTheLengthWithoutTheBody)
{
    const auto hello = [](Request request) {
        Response response{.body = "hello"};
        return answer(std::move(request), std::move(response));
    };
    auto client = client_of(serve(hello));
    const auto response = good(exchange(client, {.method = "HEAD"}));
    EXPECT_EQ(response.header("Content-Length"), "5");
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(good(exchange(client, {})).body, "hello") << "the connection was kept in step";
}

TEST_F(Exchange, CarriesA304WithoutABody)
{
    const auto unchanged = [](Request request) {
        Response response{.status = 304, .headers = {{"ETag", "\"7\""}}};
        return answer(std::move(request), std::move(response));
    };
    auto client = client_of(serve(unchanged));
    const auto response = good(exchange(client, {}));
    EXPECT_EQ(response.status, 304);
    EXPECT_EQ(response.header("etag"), "\"7\"");
    EXPECT_EQ(good(exchange(client, {})).status, 304);
}

TEST_F(Exchange, HandsUnknownMethodsToTheHandler)
{
    auto client = client_of(serve());
    EXPECT_EQ(good(exchange(client, {.method = "BREW"})).header("X-Method"), "BREW");
}

TEST_F(Exchange, RefusesAHeaderThatWouldBecomeTwo)
{
    const Error error = refusal_to_send({.headers = {{"If-None-Match", "1\r\nX-Admin: yes"}}});
    EXPECT_EQ(error.thing, "header If-None-Match");
    EXPECT_THAT(error.reason, ::testing::Not(HasSubstr("X-Admin"))) << "a value may be a secret";
    refusal_to_send({.headers = {{"X: y\r\nZ", "1"}}});
    refusal_to_send({.headers = {{"", "1"}}});
}

TEST_F(Exchange, RefusesAPathThatWouldBecomeARequest)
{
    refusal_to_send({.target = "/ HTTP/1.1\r\nX: y"});
    refusal_to_send({.target = "v1/hello"});
    refusal_to_send({.target = ""});
    refusal_to_send({.method = "GET /x"});
}

TEST_F(Exchange, RefusesALengthThatIsNotTheBodys)
{
    refusal_to_send({.headers = {{"content-length", "7"}}});
    refusal_to_send({.headers = {{"Transfer-Encoding", "chunked"}}});
}

TEST_F(Exchange, OfAResponseThatCannotBeSentIsA500)
{
    const auto split = [](Request request) {
        Response response{.headers = {{"X", "a\r\nb"}}};
        return answer(std::move(request), std::move(response));
    };
    auto client = client_of(serve(split));
    EXPECT_EQ(good(exchange(client, {})).status, 500);
}

TEST_F(Exchange, NamesTheServerThatDoesNotAnswerInTime)
{
    const auto sleep = [](Request) -> Async<Response> {
        co_await pause(1h);
        co_return Response{};
    };
    const int port = serve(sleep);
    auto client = client_of(port, {.answer = 50ms});
    const Error error = bad(exchange(client, {}));
    EXPECT_EQ(error.kind, ErrorKind::timeout);
    EXPECT_EQ(to_line(error), "cannot get an answer from 127.0.0.1:" + std::to_string(port) +
                                  ": it did not answer in full within 50 ms");
}

TEST_F(Exchange, TakesALongerLimitForOne)
{
    const auto doze = [](Request) -> Async<Response> {
        co_await pause(100ms);
        co_return Response{};
    };
    auto client = client_of(serve(doze), {.answer = 10ms});
    EXPECT_EQ(good(run(client.exchange({}, 10s))).status, 200);
}

TEST_F(Exchange, RefusesAnAnswerThatIsTooLarge)
{
    const auto flood = [](Request request) {
        Response response{.body = std::string(10'000, 'x')};
        return answer(std::move(request), std::move(response));
    };
    auto client = client_of(serve(flood), {.body = 9'999});
    EXPECT_EQ(bad(exchange(client, {})).reason, "its answer is larger than 9999 bytes");
}

TEST_F(Exchange, ReadsTheQueryOfATarget)
{
    const Request request{.target = "/v1/desired?wait=30&name=a%20b+c&flag&odd=100%"};
    EXPECT_EQ(request.path(), "/v1/desired");
    EXPECT_EQ(request.query("wait"), "30");
    EXPECT_EQ(request.query("name"), "a b c");
    EXPECT_EQ(request.query("flag"), "");
    EXPECT_EQ(request.query("odd"), "100%");
    EXPECT_EQ(request.query("absent"), "");
    EXPECT_EQ(Request{.target = "/v1"}.query("wait"), "");
}

}  // namespace
}  // namespace one::http
