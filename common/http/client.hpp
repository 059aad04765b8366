// HTTPS to one front-end: several addresses tried in turn, each failure named; every operation under a limit.
#pragma once

#include "common/async.hpp"
#include "common/http/message.hpp"
#include "common/http/tls.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace one::http {

struct ClientLimits {
    std::chrono::milliseconds connect{5000};  // each address: TCP connect
    std::chrono::milliseconds handshake{5000};
    std::chrono::milliseconds answer{15000};  // from the last byte sent to the last byte of the answer
    std::size_t body = 4 * 1024 * 1024;
};

struct Target {
    std::string host{};  // name or address as the user gave it; also SNI and Host header
    int port = 4125;
};

/// Keeps one connection alive between exchanges; not for use by two coroutines at once.
class Client {
public:
    Client(asio::any_io_executor executor, std::vector<Target> targets, TlsContextPtr tls, ClientLimits limits = {});
    ~Client();
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;

    /// Sends only after the peer's chain was found good. Retries once, on a fresh connection, where a kept-alive one
    /// turned out closed before a byte of the answer came. `answer` limit zero: the one of ClientLimits.
    Async<Result<Response>> exchange(Request request, std::chrono::milliseconds answer = std::chrono::milliseconds{0});
    /// From now on speak with this identity (after enrollment or renewal); drops the open connection.
    void use(TlsContextPtr tls);
    void close();
    /// Address and port of the peer we talk to; empty before the first exchange.
    [[nodiscard]] std::string peer_address() const;
    [[nodiscard]] std::string local_address() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The pin of the CA that a server presents, for a person to compare: shakes hands, sends nothing, hangs up.
Async<Result<std::string>> presented_pin(Target target, ClientLimits limits = {});

/// A plain HTTP/1.1 POST without TLS: oned's XML-RPC. Every part of it under the one limit.
Async<Result<Response>> post_plain(std::string host, int port, Request request, std::chrono::milliseconds limit,
                                   std::size_t body_limit);

}  // namespace one::http
