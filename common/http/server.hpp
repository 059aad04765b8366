// An HTTPS server on coroutines: limits on everything, a handler per request, graceful drain.
#pragma once

#include "common/async.hpp"
#include "common/http/message.hpp"
#include "common/http/tls.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace one::http {

struct ServerLimits {
    std::chrono::milliseconds handshake{5000};
    std::chrono::milliseconds idle{75000};     // until the next request begins
    std::chrono::milliseconds request{15000};  // from its first byte to its last, however slowly they drip
    std::chrono::milliseconds work{180000};    // a handler that takes longer is cancelled, the peer gets 503
    std::chrono::milliseconds write{15000};
    std::size_t header = 16 * 1024;
    std::size_t body = 256 * 1024;
    std::size_t connections = 20000;
    std::size_t connections_per_peer = 256;  // an IPv4 address, a /64 of IPv6
};

struct ServerCounts {  // since the start, and now
    std::uint64_t accepted = 0;
    std::uint64_t failed_accepts = 0;  // mostly for want of file descriptors
    std::uint64_t turned_away = 0;     // too many, of one peer or in all
    std::uint64_t failed_handshakes = 0;
    std::size_t open = 0;
};

using Handler = std::function<Async<Response>(Request)>;

class Server {
public:
    Server(asio::any_io_executor executor, TlsContextPtr tls, ServerLimits limits, Handler handler);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Port 0: one that is free. `address` "::" listens for IPv4 too where the machine has both.
    Result<int> listen(const std::string& address, int port);
    /// Before listen(). Connections from these networks are a load balancer's: each begins with a PROXY header, which says
    /// whose it is. Without one they are closed: a peer that may say who it is must say it.
    void hear_proxies(const std::vector<std::string>& networks);
    /// Where one thread runs the loop, and there.
    [[nodiscard]] ServerCounts counts() const;
    /// New connections use this from now on.
    void use(TlsContextPtr tls);
    /// Stops accepting, lets running requests end within the limit, then cuts.
    Async<> drain(std::chrono::milliseconds limit);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace one::http
