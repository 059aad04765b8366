// HTTP without TLS, for oned's XML-RPC: one connection a call, since oned closes it anyhow.
#include "common/http/client.hpp"

#include "common/http/resolve.hpp"
#include "common/http/roundtrip.hpp"

#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/tcp_stream.hpp>

namespace one::http {

namespace beast = boost::beast;

constexpr std::size_t piece = 65536;  // at once: without it, lists of megabytes come by half kilobytes

Async<Result<Response>> post_plain(std::string host, int port, Request request, milliseconds limit,
                                   std::size_t body_limit)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    request.method = "POST";
    request.headers.emplace_back("Connection", "close");
    CO_TRY_LET(const auto message, to_beast(std::move(request), to_text(host, port)));
    CO_TRY_LET(const auto endpoints, co_await resolve(host, port, limit));

    const auto executor = co_await asio::this_coro::executor;
    std::vector<Error> failures;
    for (const auto& endpoint : endpoints) {
        const std::string peer = name_peer(host, endpoint);
        beast::tcp_stream stream{executor};
        stream.expires_at(deadline);
        const auto [unreached] = co_await stream.async_connect(endpoint, awaited);
        if (unreached) {
            failures.push_back(connect_failure(peer, unreached, limit));
            continue;
        }
        beast::flat_buffer buffer;
        buffer.reserve(piece);
        auto keep_deadline = [] {};
        auto trip = co_await round_trip(stream, buffer, message, body_limit, keep_deadline);
        if (trip.failed) co_return fail(exchange_failure(peer, trip.failed, limit, body_limit));
        co_return std::move(trip.response);
    }
    co_return fail(all_failed(to_text(host, port), failures));
}

}  // namespace one::http
