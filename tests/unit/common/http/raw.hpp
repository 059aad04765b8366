// Peers that do not keep to the rules: bytes on a socket, with TLS or without, written by hand.
#pragma once

#include "common/async.hpp"
#include "common/http/tls.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace one::http {

/// Listens on loopback and plays one part for everybody who comes.
class RawPeer {
public:
    using Part = Async<> (*)(asio::ip::tcp::socket);

    RawPeer(asio::io_context& loop, Part part);
    [[nodiscard]] int port() const;

private:
    static Async<> play(asio::ip::tcp::acceptor& acceptor, Part part);

    asio::ip::tcp::acceptor acceptor_;
    Tasks tasks_;
};

/// Parts for a RawPeer.
Async<> say(asio::ip::tcp::socket& socket, std::string bytes);
Async<std::string> hear(asio::ip::tcp::socket& socket);
Async<> stay_silent(asio::ip::tcp::socket socket);
Async<> close_at_once(asio::ip::tcp::socket socket);
Async<> reset_at_once(asio::ip::tcp::socket socket);

struct Speech {                        // of a TLS client
    std::vector<std::string> parts{};  // written one after the other
    std::string protocols = "\x09onenode/1";
    int version = 0x0304;
    Identity own{};
};

struct Heard {
    std::string handshake_error{};
    std::string protocol{};
    std::string certificate_name{};
    bool was_asked_for_certificate = false;
    std::string bytes{};  // until the server closed
    std::string end{};    // how it closed
};

/// Trusts whoever is there; what it hears is read to the end.
Async<Heard> speak_tls(int port, Speech speech);

/// A server that speaks no TLS newer than this.
Async<> serve_old_tls(asio::ip::tcp::socket socket);

}  // namespace one::http
