// Listening and the end of it; what happens on a connection is in connection.cpp.
#include "common/http/server.hpp"

#include "common/http/connection.hpp"
#include "common/http/failures.hpp"
#include "common/http/listen.hpp"
#include "common/log.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/strand.hpp>

namespace one::http {
namespace {

using asio::ip::tcp;

constexpr milliseconds pause_after_failure{100};
constexpr milliseconds time_to_unwind{1000};

Async<> accept_connections(std::shared_ptr<ServerState> server, std::list<tcp::acceptor>::iterator acceptor)
{
    bool told = false;  // once, not at each try
    while (acceptor->is_open()) {
        auto [failed, socket] = co_await acceptor->async_accept(awaited);
        if (!failed) {
            admit(server, std::move(socket));
            told = false;
        }
        if (failed && acceptor->is_open()) ++server->counts.failed_accepts;
        if (!failed || !acceptor->is_open()) continue;
        // Most likely no file descriptor is left: the next one comes when a connection ends.
        if (!std::exchange(told, true))
            log::warning("cannot accept connections; they wait", {{"reason", failed.message()}});
        co_await pause(pause_after_failure);
    }
}

Async<> drain_connections(std::shared_ptr<ServerState> server, milliseconds limit)
{
    server->is_draining = true;
    for (auto& acceptor : server->acceptors)
        acceptor.close();
    end_idle(*server);
    const bool all_ended = co_await server->tasks.drain(limit);
    if (all_ended) co_return;
    if (!server->sessions.empty()) log::warning("connections are cut", {{"connections", server->sessions.size()}});
    cut_all(*server);
    server->tasks.cancel();
    co_await server->tasks.drain(time_to_unwind);
}

}  // namespace

struct Server::Impl {
    std::shared_ptr<ServerState> state;
};

Server::Server(asio::any_io_executor executor, TlsContextPtr tls, ServerLimits limits, Handler handler) :
    impl_(new Impl{
        std::make_shared<ServerState>(asio::make_strand(executor), std::move(tls), limits, std::move(handler))})
{
}

Server::~Server()
{
    ServerState& server = *impl_->state;
    server.is_draining = true;
    for (auto& acceptor : server.acceptors)
        acceptor.close();
    server.tasks.cancel();
}

Result<int> Server::listen(const std::string& address, int port)
{
    ServerState& server = *impl_->state;
    const auto acceptor = server.acceptors.emplace(server.acceptors.end(), server.strand);
    if (auto opened = listen_on(*acceptor, address, port); !opened) {
        server.acceptors.erase(acceptor);
        return fail(std::move(opened).error());
    }
    auto accepting = accept_connections(impl_->state, acceptor);
    server.tasks.spawn("accept", std::move(accepting));
    return acceptor->local_endpoint().port();
}

void Server::hear_proxies(const std::vector<std::string>& networks)
{
    auto& proxies = impl_->state->proxies;
    for (const auto& text : networks)
        if (const auto network = read_network(text)) proxies.push_back(*network);
}

ServerCounts Server::counts() const
{
    auto counts = impl_->state->counts;
    counts.open = impl_->state->sessions.size();
    return counts;
}

void Server::use(TlsContextPtr tls)
{
    asio::dispatch(impl_->state->strand, [state = impl_->state, next = std::move(tls)] { state->tls = next; });
}

Async<> Server::drain(milliseconds limit)
{
    const auto strand = impl_->state->strand;
    auto work = drain_connections(impl_->state, limit);
    // Who is told to stop meanwhile stops when it is back: told from its own thread, the strand's work would race with it.
    co_await asio::co_spawn(strand, std::move(work),
                            asio::bind_cancellation_slot(asio::cancellation_slot{}, asio::use_awaitable));
}

}  // namespace one::http
