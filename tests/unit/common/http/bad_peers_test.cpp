// Front-ends that are none: each is named with its address, its port and what it did.
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include <gmock/gmock.h>

namespace one::http {
namespace {

using asio::ip::tcp;
using ::testing::HasSubstr;

class BadPeer : public World {
protected:
    Error error_of(RawPeer::Part part, ClientLimits limits = {})
    {
        const RawPeer peer{loop, part};
        auto client = client_of(peer.port(), limits);
        const Error error = bad(exchange(client, {}));
        EXPECT_EQ(error.thing, "127.0.0.1:" + std::to_string(peer.port()));
        EXPECT_NE(error.next, "");
        return error;
    }
};

Async<> speak_plain_http(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
}

Async<> speak_ssh(tcp::socket socket)
{
    co_await say(socket, "SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n");
    co_await hear(socket);
}

Async<> babble(tcp::socket socket)
{
    co_await say(socket, "\x01\x02\x03 all sorts of things \xff\xfe\xfd");
    co_await hear(socket);
}

TEST_F(BadPeer, ThatSpeaksPlainHttpIsNamedSo)
{
    const Error error = error_of(speak_plain_http);
    EXPECT_EQ(error.kind, ErrorKind::unsupported);
    EXPECT_EQ(error.reason, "it speaks plain HTTP, not TLS");
}

TEST_F(BadPeer, ThatIsAnSshServerIsNamedSo)
{
    EXPECT_EQ(error_of(speak_ssh).reason, "an SSH server answers there");
}

TEST_F(BadPeer, ThatBabblesIsNoTlsServer)
{
    EXPECT_EQ(error_of(babble).reason, "what it answers is not TLS");
}

TEST_F(BadPeer, WithNothingNewerThanTls12IsRefused)
{
    const Error error = error_of(serve_old_tls);
    EXPECT_EQ(error.kind, ErrorKind::unsupported);
    EXPECT_EQ(error.reason, "it offers no TLS 1.3");
}

TEST_F(BadPeer, WithAnotherProtocolIsRefused)
{
    const Error error = error_of(serve_another_protocol);
    EXPECT_EQ(error.kind, ErrorKind::unsupported);
    EXPECT_THAT(error.reason, HasSubstr("it does not speak the protocol onenode/1"));
}

TEST_F(BadPeer, ThatAnswersHalfIsNamedSo)
{
    const Error error = error_of(hang_up_in_an_answer);
    EXPECT_EQ(error.kind, ErrorKind::unreachable);
    EXPECT_EQ(error.reason, "it closed the connection before the answer was complete");
}

TEST_F(BadPeer, WhoseEndTlsDoesNotTellIsNotBelieved)
{
    EXPECT_EQ(error_of(answer_until_the_end).reason, "it closed the connection before the answer was complete");
}

TEST_F(BadPeer, ThatHangsUpOnAKeptConnectionIsAskedOnceMore)
{
    const RawPeer peer{loop, answer_one_of_two};
    auto client = client_of(peer.port());
    EXPECT_EQ(good(exchange(client, {})).status, 200);
    EXPECT_EQ(good(exchange(client, {})).status, 200);
}

TEST_F(BadPeer, ThatStaysSilentTimesOut)
{
    const Error error = error_of(stay_silent, {.handshake = 50ms});
    EXPECT_EQ(error.kind, ErrorKind::timeout);
    EXPECT_EQ(error.reason, "it took the connection, but no TLS answer came within 50 ms");
}

TEST_F(BadPeer, ThatClosesInTheHandshakeIsNamedSo)
{
    const Error error = error_of(close_at_once);
    EXPECT_EQ(error.kind, ErrorKind::unreachable);
    EXPECT_EQ(error.reason, "it closed the connection in the middle of the TLS handshake");
}

TEST_F(BadPeer, ThatResetsInTheHandshakeIsNamedSo)
{
    const Error error = error_of(reset_at_once);
    EXPECT_EQ(error.kind, ErrorKind::unreachable);
    EXPECT_EQ(error.reason, "it closed the connection in the middle of the TLS handshake");
}

TEST_F(BadPeer, ThatDoesNotListenRefuses)
{
    tcp::acceptor taken{loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    const int port = taken.local_endpoint().port();
    taken.close();
    const Error error = bad(get(port));
    EXPECT_EQ(error.kind, ErrorKind::unreachable);
    EXPECT_EQ(error.thing, "127.0.0.1:" + std::to_string(port));
    EXPECT_EQ(error.reason, "the connection was refused: nothing listens there");
}

TEST_F(BadPeer, WhoseNameDoesNotResolveIsNamedSo)
{
    Client client{loop.get_executor(), {{.host = "front-end.invalid", .port = 4125}}, pinned()};
    const Error error = bad(exchange(client, {}));
    EXPECT_EQ(error.thing, "front-end.invalid:4125");
    EXPECT_THAT(error.reason, HasSubstr("its name does not resolve: "));
    EXPECT_THAT(error.next, HasSubstr("getent ahosts front-end.invalid"));
}

TEST_F(BadPeer, IsPassedOverForTheNextAddress)
{
    const int port = serve();
    const RawPeer peer{loop, speak_plain_http};
    Client client{loop.get_executor(),
                  {{.host = "127.0.0.1", .port = peer.port()}, {.host = "127.0.0.1", .port = port}},
                  pinned()};
    EXPECT_EQ(good(exchange(client, {})).status, 200);
    EXPECT_EQ(client.peer_address(), "127.0.0.1:" + std::to_string(port));
}

TEST_F(BadPeer, IsNamedOnItsOwnLineWhereNoneWorks)
{
    const RawPeer plain{loop, speak_plain_http};
    const RawPeer closing{loop, close_at_once};
    const std::string first = "127.0.0.1:" + std::to_string(plain.port());
    const std::string second = "127.0.0.1:" + std::to_string(closing.port());
    Client client{loop.get_executor(),
                  {{.host = "127.0.0.1", .port = plain.port()}, {.host = "127.0.0.1", .port = closing.port()}},
                  pinned()};
    const Error error = bad(exchange(client, {}));
    EXPECT_EQ(error.thing, first + ", " + second);
    EXPECT_EQ(error.reason, "no address of it works\n  " + first + ": it speaks plain HTTP, not TLS\n  " + second +
                                ": it closed the connection in the middle of the TLS handshake");
}

}  // namespace
}  // namespace one::http
