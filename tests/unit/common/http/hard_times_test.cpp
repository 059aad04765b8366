// Requests that are meant to be read in two ways, or to cost more than they are worth.
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include "common/fd.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>
#include <unistd.h>

namespace one::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class HardTimes : public World {
protected:
    Heard speak(int port, Speech speech)
    {
        auto work = speak_tls(port, std::move(speech));
        return run(std::move(work));
    }
};

// What a parser in front of us could take for the end of a request, and we for its middle, or the other way round.
class Smuggled : public HardTimes, public ::testing::WithParamInterface<const char*> {};

TEST_P(Smuggled, RequestIsRefusedAndTheNextOneNeverRead)
{
    const std::string hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const Heard heard = speak(serve(), {.parts = {GetParam() + hidden}});
    EXPECT_THAT(heard.bytes, StartsWith("HTTP/1.1 400")) << GetParam();
    EXPECT_THAT(heard.bytes, Not(HasSubstr("/hidden")));
    EXPECT_THAT(heard.bytes, HasSubstr("Connection: close"));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Smuggled,
    ::testing::Values(
        "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 50\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\nx", "POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 0x1\r\n\r\nx", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length: 18446744073709551617\r\n\r\nx",
        "POST / HTTP/1.1\r\nContent-Length : 1\r\n\r\nx", "POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: one\r\nHost: two\r\n\r\n", "GET / HTTP/1.1\r\nX\r\n\r\n",
        "GET / HTTP/1.1\r\n X: y\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));

TEST_F(HardTimes, FloodOfSmallHeadersIs431)
{
    std::string flood = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 5000; ++i)
        flood += "X-" + std::to_string(i) + ": y\r\n";
    EXPECT_THAT(speak(serve(), {.parts = {flood + "\r\n"}}).bytes, StartsWith("HTTP/1.1 431"));
}

TEST_F(HardTimes, HundredMegabytesAreRefusedByTheirHeaderAlone)
{
    const Heard heard = speak(serve(), {.parts = {"POST / HTTP/1.1\r\nContent-Length: 104857600\r\n\r\n"}});
    EXPECT_THAT(heard.bytes, StartsWith("HTTP/1.1 413"));
}

TEST_F(HardTimes, ChunkOfAGigabyteIsRefusedBeforeItComes)
{
    const Heard heard =
        speak(serve(), {.parts = {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n40000000\r\nxxxx"}});
    EXPECT_THAT(heard.bytes, StartsWith("HTTP/1.1 413"));
}

TEST_F(HardTimes, NameOfAnotherServerChangesNothing)
{
    for (const char* name : {"elsewhere.example.com", "front-end", "localhost"}) {
        const Heard heard =
            speak(serve(), {.parts = {"GET / HTTP/1.1\r\nConnection: close\r\n\r\n"}, .server_name = name});
        EXPECT_EQ(heard.certificate_name, "front-end") << name;
        EXPECT_THAT(heard.bytes, StartsWith("HTTP/1.1 200")) << name;
    }
}

TEST_F(HardTimes, ConnectionsThatNeverSpeakKeepNobodyElseWaiting)
{
    const int port = serve(echo, {.handshake = 60s, .connections_per_peer = 100});
    std::vector<asio::ip::tcp::socket> silent;
    const asio::ip::tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)};
    for (int i = 0; i < 90; ++i)
        silent.emplace_back(loop).connect(endpoint);
    EXPECT_EQ(good(get(port)).status, 200);
}

/// Takes every descriptor that is left, until it ends.
class NoDescriptors {
public:
    NoDescriptors()
    {
        ::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit few = before_;
        few.rlim_cur = 256;
        ::setrlimit(RLIMIT_NOFILE, &few);
        for (int taken = ::dup(0); taken >= 0; taken = ::dup(0))
            taken_.emplace_back(taken);
    }
    ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }
    NoDescriptors(const NoDescriptors&) = delete;
    NoDescriptors& operator=(const NoDescriptors&) = delete;

private:
    rlimit before_{};
    std::vector<Fd> taken_{};
};

TEST_F(HardTimes, WithoutDescriptorsNewPeersWaitAndNobodySpins)
{
    const int port = serve();
    const asio::ip::tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)};
    asio::ip::tcp::socket early{loop, asio::ip::tcp::v4()};
    auto client = client_of(port);
    EXPECT_EQ(good(exchange(client, {})).status, 200);
    {
        const NoDescriptors none;
        early.connect(endpoint);
        auto some_time = pause(350ms);
        run(std::move(some_time));
        EXPECT_EQ(good(exchange(client, {})).status, 200) << "who is connected is served";
        EXPECT_GE(server->counts().failed_accepts, 1U);
        EXPECT_LE(server->counts().failed_accepts, 10U);
    }
    EXPECT_EQ(good(get(port)).status, 200);
    EXPECT_EQ(server->counts().accepted, 3U) << "also who came meanwhile";
}

}  // namespace
}  // namespace one::http
