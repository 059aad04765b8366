// What the server and its connections share; all of it lives on the server's one strand.
#pragma once

#include "common/http/server.hpp"
#include "common/text/network.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace one::http {

struct Session;  // one connection, alive as long as the coroutine that serves it

struct ServerState {
    ServerState(asio::any_io_executor on, TlsContextPtr with, ServerLimits within, Handler by) :
        strand(std::move(on)), tls(std::move(with)), limits(within), handler(std::move(by)), tasks(strand)
    {
    }

    asio::any_io_executor strand;
    TlsContextPtr tls;
    ServerLimits limits;
    Handler handler;
    std::list<asio::ip::tcp::acceptor> acceptors{};
    std::list<Session*> sessions{};
    std::map<std::string, std::size_t> sessions_of_peer{};
    std::vector<Network> proxies{};
    ServerCounts counts{};
    bool is_full = false;  // said once, not for each connection that is turned away
    bool is_draining = false;
    Tasks tasks;
};

/// Takes the connection, or closes it where there are too many.
void admit(const std::shared_ptr<ServerState>& server, asio::ip::tcp::socket socket);

/// Ends the connections that wait for a request; those with one at work end after its answer.
void end_idle(ServerState& server);
/// Closes every socket under the feet of whoever uses it.
void cut_all(ServerState& server);

}  // namespace one::http
