// From a list of targets to one connection whose other end was found to be the front-end.
#pragma once

#include "common/http/client.hpp"
#include "common/http/tls_stream.hpp"

#include <memory>
#include <string>
#include <vector>

namespace one::http {

struct Connection {
    Connection(const asio::any_io_executor& executor, TlsContextPtr with) :
        tls(std::move(with)), stream(executor, tls->context)
    {
    }

    TlsContextPtr tls;
    Handshake handshake{};
    TlsStream stream;
    boost::beast::flat_buffer buffer{};
    std::string host{};  // as the Host header names it
    std::string peer{};  // as errors name it
    std::string peer_address{};
    std::string local_address{};
};

Async<Result<std::unique_ptr<Connection>>> dial(const std::vector<Target>& targets, TlsContextPtr tls,
                                                const ClientLimits& limits);

}  // namespace one::http
