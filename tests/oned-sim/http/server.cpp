// A thread a connection, each blocking: fifteen are all there can be.
#include "tests/oned-sim/http/server.hpp"

#include "tests/oned-sim/http/request_reader.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

namespace onedsim {
namespace {

std::string error_page(int status, std::string_view why)
{
    return fmt::format("<HTML><HEAD><TITLE>Error {0}</TITLE></HEAD><BODY><H1>Error {0}</H1><P>{1}</P><p><HR><b><i>"
                       "<a href=\"http://xmlrpc-c.sourceforge.net\">ABYSS Web Server for XML-RPC For C/C++</a></i></b> "
                       "version 1.33.14<br></p></BODY></HTML>",
                       status, why);
}

}  // namespace

std::string http_response(int status, std::string_view reason, std::string_view body, std::string_view date)
{
    const std::string type =
        status == 200 ? fmt::format("Content-type: text/xml; charset=utf-8\r\nContent-length: {}\r\n", body.size())
                      : "Content-type: text/html\r\n";
    return fmt::format("HTTP/1.1 {} {}\r\n{}Connection: close\r\nDate: {}\r\nServer: Xmlrpc-c_Abyss/1.33.14\r\n\r\n{}",
                       status, reason, type, date, body);
}

one::Result<> HttpServer::start(const std::string& address, int port)
{
    TRY_LET(listener_, bind_to(Transport::tcp, address, port, most_connections));
    address_ = address;
    port_ = port_of(listener_);
    acceptor_ = std::jthread{[this] { accept_connections(); }};
    return {};
}

one::Result<> HttpServer::listen(bool wanted)
{
    if (wanted == acceptor_.joinable()) return {};
    if (!wanted) {
        pause_.raise();
        acceptor_.join();
        listener_.close();
        return {};
    }
    pause_ = StopSignal{};
    return start(address_, port_);
}

void HttpServer::stop()
{
    stop_.raise();
    pause_.raise();
    if (acceptor_.joinable()) acceptor_.join();
    std::list<Connection> open;
    {
        const std::lock_guard lock{mutex_};
        for (auto& connection : connections_)
            ::shutdown(connection.socket.fd(), SHUT_RDWR);
        open.swap(connections_);
    }
    open.clear();  // joins
}

void HttpServer::accept_connections()
{
    while (true) {
        // The sixteenth caller stays in the kernel's queue until one of the fifteen is served.
        while (!slots_.try_acquire_for(std::chrono::milliseconds{100}))
            if (pause_.raised()) return;
        if (!pause_.wait_for(listener_.fd())) {
            slots_.release();
            if (pause_.raised()) return;
            continue;
        }
        sweep();
        Socket socket{::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (!socket.open()) {
            slots_.release();
            continue;
        }
        const std::lock_guard lock{mutex_};
        auto& connection = connections_.emplace_back();
        connection.socket = std::move(socket);
        connection.thread = std::jthread{[this, &connection] { serve(connection); }};
    }
}

void HttpServer::sweep()
{
    const std::lock_guard lock{mutex_};
    connections_.remove_if([](const Connection& connection) { return connection.done; });
}

void HttpServer::serve(Connection& connection)
{
    const int fd = connection.socket.fd();
    if (auto request = read_request(fd, stop_, read_limit_ms)) {
        const Reply reply = answer(request->head, request->body);
        if (reply.bytes) send_all(fd, *reply.bytes);
        while (reply.endless && !stop_.raised() && send_all(fd, std::string(65536, ' '))) {
        }
        if (reply.reset) {
            const linger at_once{.l_onoff = 1, .l_linger = 0};
            ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        }
    }
    {
        const std::lock_guard lock{mutex_};
        connection.socket.close();
        connection.done = true;
    }
    slots_.release();
}

Reply HttpServer::answer(const std::string& head, const std::string& body)
{
    const auto refuse = [&](int status, std::string_view reason, std::string_view why) {
        return Reply{.bytes = http_response(status, reason, error_page(status, why), date_())};
    };
    const RequestLine line = request_line(head);
    if (!line.valid) return Reply{.bytes = http_response(400, "Bad Request", "", date_())};
    if (line.target != "/RPC2")
        return refuse(404, "Not Found",
                      fmt::format("This XML-RPC For C/C++ Abyss XML-RPC server responds to only one URI path.  I don't "
                                  "know what URI path "
                                  "that is, but it's not the one you requested: '{}'.  (Typically, it's '/RPC2')",
                                  line.target));
    if (line.method != "POST")
        return refuse(405, "Method Not Allowed", "POST is the only HTTP method this server understands");
    const auto length = content_length(head);
    if (!length)
        return refuse(411, "Length Required", "You must send a content-length HTTP header in an XML-RPC call.");
    if (*length == 0)
        return refuse(400, "Bad Request",
                      "According to your content-length HTTP header, your request is empty (zero length)");
    return handler_(body);
}

}  // namespace onedsim
