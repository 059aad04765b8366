// The PROXY protocol: whom a load balancer speaks for, and who may say so.
#include "common/http/proxy_header.hpp"
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include <gmock/gmock.h>

namespace one::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string signature{"\r\n\r\n\0\r\nQUIT\n", 12};

std::string block(char command, char family, const std::string& rest)
{
    return signature + command + family + static_cast<char>(rest.size() / 256) + static_cast<char>(rest.size() % 256) +
           rest;
}

const std::string ipv4_block = block(0x21, 0x11, {"\xcb\x00\x71\x09\x0a\x00\x00\x01\xc0\x00\x10\x1d", 12});

/// As the server reads it: never more than is wanted.
Result<Proxied> read_piecewise(const std::string& bytes, std::size_t& taken)
{
    taken = 0;
    while (true) {
        TRY_LET(const auto wanted, proxy_header_wants(bytes.substr(0, taken)));
        if (wanted == 0) return read_proxy_header(bytes.substr(0, taken));
        taken += wanted;
        if (taken > bytes.size()) return fail({.reason = "it wants more than there is"});
    }
}

Proxied proxied(const std::string& header)
{
    std::size_t taken = 0;
    auto read = good(read_piecewise(header + "what follows it", taken));
    EXPECT_EQ(taken, header.size()) << "not a byte more";
    return read;
}

TEST(ProxyHeader, AsALineNamesBothEnds)
{
    EXPECT_EQ(proxied("PROXY TCP4 203.0.113.9 10.0.0.1 49152 4125\r\n"),
              (Proxied{.address = "203.0.113.9", .port = 49152, .local_address = "10.0.0.1"}));
    EXPECT_EQ(proxied("PROXY TCP6 2001:db8::9 fd00::1 1 2\r\n").address, "2001:db8::9");
}

TEST(ProxyHeader, AsABlockNamesBothEnds)
{
    EXPECT_EQ(proxied(ipv4_block), (Proxied{.address = "203.0.113.9", .port = 49152, .local_address = "10.0.0.1"}));
    const std::string six{"\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x09", 16};
    EXPECT_EQ(proxied(block(0x21, 0x21, six + six + std::string{"\x00\x01\x00\x02", 4})).address, "2001:db8::9");
}

TEST(ProxyHeader, MayCarryMoreThanAddresses)
{
    EXPECT_EQ(proxied(block(0x21, 0x11, ipv4_block.substr(16) + std::string(300, 'x'))).address, "203.0.113.9");
}

TEST(ProxyHeader, OfTheBalancerItselfNamesNobody)
{
    EXPECT_EQ(proxied("PROXY UNKNOWN\r\n"), Proxied{});
    EXPECT_EQ(proxied("PROXY UNKNOWN what ever 1 2\r\n"), Proxied{});
    EXPECT_EQ(proxied(block(0x20, 0x00, "")), Proxied{}) << "a health check";
    EXPECT_EQ(proxied(block(0x21, 0x31, std::string(216, '/'))), Proxied{}) << "over a Unix socket";
}

class NoProxyHeader : public ::testing::TestWithParam<std::string> {};

TEST_P(NoProxyHeader, IsRefused)
{
    std::size_t taken = 0;
    const auto read = read_piecewise(GetParam() + std::string(3000, 'x'), taken);
    EXPECT_FALSE(read) << read->address;
}

INSTANTIATE_TEST_SUITE_P(
    Of, NoProxyHeader,
    ::testing::Values("\x16\x03\x01 a hello of TLS", "GET / HTTP/1.1\r\n\r\n", "PROXY TCP4 203.0.113.9 10.0.0.1 1\r\n",
                      "PROXY TCP4 2001:db8::1 10.0.0.1 1 2\r\n", "PROXY TCP4 203.0.113.9 10.0.0.1 99999 2\r\n",
                      "PROXY TCP4 203.0.113.9  10.0.0.1 1 2\r\n", "PROXY TCP4 203.0.113.9 10.0.0.1 1 2\n",
                      "PROXY TCP5 203.0.113.9 10.0.0.1 1 2\r\n", "PROXY \r\nTCP4 203.0.113.9 10.0.0.1 1 2\r\n",
                      "proxy TCP4 203.0.113.9 10.0.0.1 1 2\r\n", block(0x31, 0x11, std::string(12, 'x')),
                      block(0x22, 0x11, std::string(12, 'x')), block(0x21, 0x11, std::string(11, 'x')),
                      block(0x21, 0x21, std::string(35, 'x')), block(0x21, 0x11, std::string(2049, 'x')),
                      "PROXY TCP4 " + std::string(200, '1')));

class Proxying : public World {
protected:
    int serve_behind(const std::vector<std::string>& proxies, ServerLimits limits = {})
    {
        server = std::make_unique<Server>(loop.get_executor(), good(make_server_tls(usual_policy())), limits, echo);
        server->hear_proxies(proxies);
        return good(server->listen("127.0.0.1", 0));
    }
    Heard speak(int port, std::string before_tls)
    {
        Speech speech{.parts = {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"}, .before_tls = std::move(before_tls)};
        auto work = speak_tls(port, std::move(speech));
        return run(std::move(work));
    }
};

TEST_F(Proxying, ShowsTheHandlerWhoseConnectionItIs)
{
    const int port = serve_behind({"127.0.0.0/8"});
    EXPECT_THAT(speak(port, "PROXY TCP4 203.0.113.9 10.0.0.1 49152 4125\r\n").bytes,
                HasSubstr("X-Peer: 203.0.113.9\r\n"));
    EXPECT_THAT(speak(port, ipv4_block).bytes, HasSubstr("X-Peer: 203.0.113.9\r\n"));
    EXPECT_THAT(speak(port, "PROXY TCP6 ::ffff:203.0.113.9 ::1 49152 4125\r\n").bytes,
                HasSubstr("X-Peer: 203.0.113.9\r\n"));
}

TEST_F(Proxying, TakesTheBalancersOwnConnectionsForItsOwn)
{
    EXPECT_THAT(speak(serve_behind({"127.0.0.1"}), "PROXY UNKNOWN\r\n").bytes, HasSubstr("X-Peer: 127.0.0.1\r\n"));
}

TEST_F(Proxying, ClosesAConnectionThatDoesNotSayWhoseItIs)
{
    const Heard heard = speak(serve_behind({"127.0.0.1"}), "");
    EXPECT_NE(heard.handshake_error, "");
    EXPECT_EQ(server->counts().failed_handshakes, 1U);
}

TEST_F(Proxying, BelievesNobodyWhoIsNotListed)
{
    const int port = serve_behind({"10.0.0.0/8"});
    EXPECT_NE(speak(port, "PROXY TCP4 203.0.113.9 10.0.0.1 49152 4125\r\n").handshake_error, "");
    EXPECT_THAT(speak(port, "").bytes, HasSubstr("X-Peer: 127.0.0.1\r\n"));
}

TEST_F(Proxying, CountsConnectionsByWhoseTheyAre)
{
    const int port = serve_behind({"127.0.0.1"}, {.idle = 60s, .connections_per_peer = 1});
    Tasks tasks{loop.get_executor()};
    auto hold = [](int at) -> Async<> {
        Speech speech{.before_tls = "PROXY TCP4 203.0.113.9 10.0.0.1 1 2\r\n"};
        co_await speak_tls(at, std::move(speech));
    };
    tasks.spawn("first", hold(port));
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (server->counts().open == 0 && std::chrono::steady_clock::now() < deadline)
        loop.run_one_for(100ms);
    for (int i = 0; i < 50; ++i)  // until its header is read
        loop.run_one_for(10ms);
    EXPECT_NE(speak(port, "PROXY TCP4 203.0.113.9 10.0.0.1 3 4\r\n").handshake_error, "");
    EXPECT_THAT(speak(port, "PROXY TCP4 203.0.113.10 10.0.0.1 3 4\r\n").bytes, StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(server->counts().turned_away, 1U);
}

TEST_F(Proxying, WaitsForAHeaderNoLongerThanForAHandshake)
{
    const int port = serve_behind({"127.0.0.1"}, {.handshake = 50ms});
    auto drip = [](asio::io_context& loop_of, int at) -> Async<std::string> {
        asio::ip::tcp::socket socket{loop_of};
        const asio::ip::tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(at)};
        co_await socket.async_connect(endpoint, awaited);
        co_await say(socket, "PROXY TCP4 ");
        co_return co_await hear(socket);
    };
    EXPECT_EQ(run(drip(loop, port)), "");
}

}  // namespace
}  // namespace one::http
