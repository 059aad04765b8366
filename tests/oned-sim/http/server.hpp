// The HTTP that oned's library speaks: POST /RPC2 only, one call a connection, fifteen connections at once.
#pragma once

#include "tests/oned-sim/net/socket.hpp"

#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <semaphore>
#include <string>
#include <thread>

namespace onedsim {

/// What goes back to a caller; no bytes at all: the connection ends without a word.
struct Reply {
    std::optional<std::string> bytes{};
    bool reset = false;    // end it with a reset instead of an end of data
    bool endless = false;  // never stop sending
};

class HttpServer {
public:
    using Handler = std::function<Reply(const std::string& body)>;
    using Date = std::function<std::string()>;

    HttpServer(Handler handler, Date date) : handler_(std::move(handler)), date_(std::move(date)) {}
    ~HttpServer() { stop(); }
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    one::Result<> start(const std::string& address, int port);
    /// Refuses connections from now on, or takes them again at the same port.
    one::Result<> listen(bool wanted);
    void stop();
    [[nodiscard]] int port() const { return port_; }

    static constexpr int most_connections = 15;
    static constexpr int read_limit_ms = 15000;

private:
    struct Connection {
        Socket socket{};
        std::jthread thread{};
        bool done = false;
    };

    void accept_connections();
    void serve(Connection& connection);
    Reply answer(const std::string& head, const std::string& body);
    void sweep();

    Handler handler_;
    Date date_;
    std::string address_{};
    int port_ = 0;
    Socket listener_{};
    StopSignal stop_{};
    StopSignal pause_{};
    std::counting_semaphore<most_connections> slots_{most_connections};
    std::mutex mutex_{};
    std::list<Connection> connections_{};
    std::jthread acceptor_{};
};

/// The status line and headers as oned sends them, then the body.
std::string http_response(int status, std::string_view reason, std::string_view body, std::string_view date);

}  // namespace onedsim
