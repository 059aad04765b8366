// A request without a body, an answer, the end: all of it within a few seconds, and for a few at a time.
#include "common/http/plain_server.hpp"

#include "common/http/error_response.hpp"
#include "common/http/failures.hpp"
#include "common/http/listen.hpp"
#include "common/http/translate.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

namespace one::http {
namespace {

namespace beast = boost::beast;
using asio::ip::tcp;

constexpr milliseconds limit{5000};  // from the first byte to the last
constexpr std::size_t most_connections = 32;
constexpr std::uint32_t largest_header = 8 * 1024;
constexpr std::uint64_t largest_body = 1024;
constexpr milliseconds pause_after_failure{100};

struct State {
    explicit State(asio::any_io_executor executor, Handler by) :
        handler(std::move(by)), acceptor(executor), tasks(executor)
    {
    }

    Handler handler;
    tcp::acceptor acceptor;
    Tasks tasks;
};

Async<> serve_one(std::shared_ptr<State> server, tcp::socket socket)
{
    beast::tcp_stream stream{std::move(socket)};
    stream.expires_after(limit);
    beast::flat_buffer buffer;
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(largest_header);
    parser.body_limit(largest_body);
    const auto [unread, bytes] = co_await beast::http::async_read(stream, buffer, parser, awaited);
    if (unread) co_return;
    const auto method = parser.get().method();
    Request request = from_beast(parser.release());
    Response response = error_response(405, {.kind = ErrorKind::invalid,
                                             .thing = "the request",
                                             .reason = "this listener answers GET and HEAD alone",
                                             .doing = "answer"});
    if (method == beast::http::verb::get || method == beast::http::verb::head)
        response = co_await server->handler(std::move(request));
    auto message = to_beast(std::move(response), method);
    if (!message) co_return;
    message->keep_alive(false);
    co_await beast::http::async_write(stream, *message, awaited);
    error_code gone;
    stream.socket().shutdown(tcp::socket::shutdown_send, gone);
}

Async<> serve_connections(std::shared_ptr<State> server)
{
    while (server->acceptor.is_open()) {
        auto [failed, socket] = co_await server->acceptor.async_accept(awaited);
        if (!failed && server->tasks.running() <= most_connections) {
            auto work = serve_one(server, std::move(socket));
            server->tasks.spawn("watcher", std::move(work));
        }
        if (failed && server->acceptor.is_open()) co_await pause(pause_after_failure);
    }
}

}  // namespace

struct PlainServer::Impl {
    std::shared_ptr<State> state;  // shared with connections that are still ending
};

PlainServer::PlainServer(asio::any_io_executor executor, Handler handler) :
    impl_(new Impl{std::make_shared<State>(std::move(executor), std::move(handler))})
{
}

PlainServer::~PlainServer()
{
    error_code ignored;
    impl_->state->acceptor.close(ignored);
    impl_->state->tasks.cancel();
}

Result<int> PlainServer::listen(const std::string& address, int port)
{
    State& server = *impl_->state;
    TRY(listen_on(server.acceptor, address, port));
    auto accepting = serve_connections(impl_->state);
    server.tasks.spawn("accept", std::move(accepting));
    return server.acceptor.local_endpoint().port();
}

}  // namespace one::http
