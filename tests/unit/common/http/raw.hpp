// Peers that do not keep to the rules: bytes on a socket, with TLS or without, written by hand.
#pragma once

#include "common/async.hpp"
#include "common/http/tls.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <string>
#include <string_view>
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
Async<> say(asio::ip::tcp::socket& socket, std::string_view bytes);
Async<std::string> hear(asio::ip::tcp::socket& socket);
Async<> stay_silent(asio::ip::tcp::socket socket);
Async<> close_at_once(asio::ip::tcp::socket socket);
Async<> reset_at_once(asio::ip::tcp::socket socket);

struct Speech {                        // of a TLS client
    std::vector<std::string> parts{};  // written one after the other
    std::string protocols = "\x09onenode/1";
    int version = 0x0304;
    Identity own{};
    std::chrono::milliseconds between{0};  // the parts
    bool leaves = false;                   // without waiting for an answer
    std::string before_tls{};              // said in the clear
    std::string server_name{};             // SNI
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

/// Servers with a good certificate and bad manners.
Async<> serve_old_tls(asio::ip::tcp::socket socket);           // TLS 1.2
Async<> serve_another_protocol(asio::ip::tcp::socket socket);  // without ALPN
Async<> answer_one_of_two(asio::ip::tcp::socket socket);       // hangs up over the second request
Async<> hang_up_in_an_answer(asio::ip::tcp::socket socket);
Async<> answer_until_the_end(asio::ip::tcp::socket socket);  // of the connection, which TLS does not tell

}  // namespace one::http
