// Every address of every target in turn, until one lets itself be reached and trusted.
#include "common/http/dial.hpp"

#include "common/http/failures.hpp"
#include "common/http/resolve.hpp"

#include <boost/asio/this_coro.hpp>
#include <openssl/ssl.h>

namespace one::http {
namespace {

using asio::ip::tcp;

void name_server(SSL* connection, const std::string& host)
{
    error_code not_an_address;
    asio::ip::make_address(host, not_an_address);
    if (!not_an_address) return;  // SNI knows no addresses
    // SSL_set_tlsext_host_name is a macro with an old-style cast.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(host.c_str()));
}

Async<Result<std::unique_ptr<Connection>>> dial_one(const Target& target, const tcp::endpoint& endpoint,
                                                    TlsContextPtr tls, const ClientLimits& limits)
{
    const auto executor = co_await asio::this_coro::executor;
    auto connection = std::make_unique<Connection>(executor, std::move(tls));
    connection->host = to_text(target.host, target.port);
    connection->peer = name_peer(target.host, endpoint);
    attach(connection->stream.native_handle(), connection->handshake);
    name_server(connection->stream.native_handle(), target.host);

    auto& stream = connection->stream;
    stream.expires_after(limits.connect);
    const auto [unreached, nothing] = co_await stream.async_connect(endpoint, awaited);
    if (unreached) co_return fail(connect_failure(connection->peer, unreached, limits.connect));

    stream.expires_after(limits.handshake);
    const auto [refused, no_bytes] = co_await stream.async_handshake(TlsStream::Role::client, awaited);
    if (refused) co_return fail(handshake_failure(connection->peer, refused, connection->handshake, limits.handshake));
    if (agreed_protocol(connection->stream.native_handle()) != node_protocol)
        co_return fail(wrong_protocol(connection->peer));

    error_code ignored;
    stream.socket().set_option(tcp::no_delay{true}, ignored);
    connection->peer_address = to_text(endpoint);
    connection->local_address = to_text(stream.socket().local_endpoint(ignored).address());
    stream.expires_never();
    co_return connection;
}

std::string list_targets(const std::vector<Target>& targets)
{
    std::string list;
    for (const Target& target : targets)
        list += (list.empty() ? "" : ", ") + to_text(target.host, target.port);
    return list;
}

}  // namespace

Async<Result<std::unique_ptr<Connection>>> dial(const std::vector<Target>& targets, TlsContextPtr tls,
                                                const ClientLimits& limits)
{
    std::vector<Error> failures;
    for (const Target& target : targets) {
        auto endpoints = co_await resolve(target.host, target.port, limits.connect);
        if (!endpoints) {
            failures.push_back(std::move(endpoints).error());
            continue;
        }
        for (const tcp::endpoint& endpoint : *endpoints) {
            auto connection = co_await dial_one(target, endpoint, tls, limits);
            if (connection) co_return connection;
            failures.push_back(std::move(connection).error());
        }
    }
    if (failures.empty())
        co_return fail({.kind = ErrorKind::invalid,
                        .thing = "the front-end",
                        .reason = "no address of it is known",
                        .next = "onenode status tells to whom this machine belongs",
                        .doing = "reach"});
    co_return fail(all_failed(list_targets(targets), failures));
}

}  // namespace one::http
