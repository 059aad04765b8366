// The kept connection, and when it is safe to try once more.
#include "common/http/client.hpp"

#include "common/http/dial.hpp"
#include "common/http/roundtrip.hpp"

#include <sys/socket.h>

namespace one::http {
namespace {

namespace beast = boost::beast;

/// A server never speaks unasked: a byte that waits on an idle connection is its goodbye.
bool is_still_open(Connection& connection)
{
    char byte = 0;
    const int socket = connection.stream.socket().native_handle();
    return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

bool was_closed(const error_code& code)
{
    return code == beast::http::error::end_of_stream || code == asio::ssl::error::stream_truncated ||
           code == asio::error::eof || code == asio::error::connection_reset || code == asio::error::broken_pipe;
}

}  // namespace

struct Client::Impl {
    asio::any_io_executor executor;
    std::vector<Target> targets;
    TlsContextPtr tls;
    ClientLimits limits;
    std::unique_ptr<Connection> connection{};
};

static Async<RoundTrip> attempt(Connection& connection, const BeastRequest& request, milliseconds answer,
                                std::uint64_t body_limit)
{
    auto& stream = connection.stream;
    stream.expires_after(answer);
    auto restart = [&stream, answer] { stream.expires_after(answer); };
    auto trip = co_await round_trip(stream, connection.buffer, request, body_limit, restart);
    stream.expires_never();
    co_return trip;
}

Client::Client(asio::any_io_executor executor, std::vector<Target> targets, TlsContextPtr tls, ClientLimits limits) :
    impl_(new Impl{std::move(executor), std::move(targets), std::move(tls), limits})
{
}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

Async<Result<Response>> Client::exchange(Request request, milliseconds answer)
{
    Impl& impl = *impl_;
    const milliseconds limit = answer.count() > 0 ? answer : impl.limits.answer;
    // Ours until the answer is read: who is cancelled in between leaves no connection that would give it to the next.
    auto connection = std::move(impl.connection);
    if (connection && !is_still_open(*connection)) connection.reset();

    for (bool kept = connection != nullptr;; kept = false) {
        if (!connection) {
            CO_TRY_LET(connection, co_await dial(impl.targets, impl.tls, impl.limits));
        }
        CO_TRY_LET(const auto message, to_beast(request, connection->host));
        auto trip = co_await attempt(*connection, message, limit, impl.limits.body);
        if (!trip.failed) {
            if (trip.may_continue) impl.connection = std::move(connection);
            co_return std::move(trip.response);
        }
        const std::string peer = connection->peer;
        connection.reset();
        if (kept && trip.nothing_came && was_closed(trip.failed)) continue;
        co_return fail(exchange_failure(peer, trip.failed, limit, impl.limits.body));
    }
}

void Client::use(TlsContextPtr tls)
{
    impl_->tls = std::move(tls);
    close();
}

void Client::close()
{
    impl_->connection.reset();
}

std::string Client::peer_address() const
{
    return impl_->connection ? impl_->connection->peer_address : std::string{};
}

std::string Client::local_address() const
{
    return impl_->connection ? impl_->connection->local_address : std::string{};
}

}  // namespace one::http
