// The listener for those who watch: plain HTTP, read only, and nobody can hold it up.
#include "common/http/plain_server.hpp"
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include <gmock/gmock.h>

namespace one::http {
namespace {

using asio::ip::tcp;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Plain : public World {
protected:
    Plain() { port = good(plain.listen("127.0.0.1", 0)); }

    static Async<std::string> speak(asio::io_context& on, int at, std::string said)
    {
        tcp::socket socket{on};
        const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(at)};
        co_await socket.async_connect(endpoint, awaited);
        co_await say(socket, said);
        std::string all;
        for (std::string part = "-"; !part.empty(); all += part)
            part = co_await hear(socket);
        co_return all;
    }
    std::string ask(std::string said)
    {
        auto work = speak(loop, port, std::move(said));
        return run(std::move(work));
    }

    PlainServer plain{loop.get_executor(), echo};
    int port = 0;
};

TEST_F(Plain, AnswersAndEndsTheConnection)
{
    const auto heard = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(heard, HasSubstr("X-Target: /metrics"));
    EXPECT_THAT(heard, HasSubstr("Connection: close"));
}

TEST_F(Plain, TakesNothing)
{
    EXPECT_THAT(ask("POST /metrics HTTP/1.1\r\nContent-Length: 1\r\n\r\nx"), StartsWith("HTTP/1.1 405"));
    EXPECT_EQ(ask("POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n"), "");
}

TEST_F(Plain, HangsUpOnWhatIsNoHttp)
{
    EXPECT_EQ(ask("\x16\x03\x01 a hello of TLS\r\n\r\n"), "");
    EXPECT_EQ(ask("GET / HTTP/1.1\r\nX: " + std::string(10'000, 'x') + "\r\n\r\n"), "");
}

TEST_F(Plain, TurnsAwayACrowdAndServesAgainWhenItIsGone)
{
    {
        std::vector<tcp::socket> crowd;
        const tcp::endpoint endpoint{asio::ip::address_v4::loopback(), static_cast<unsigned short>(port)};
        for (int i = 0; i < 40; ++i)
            crowd.emplace_back(loop).connect(endpoint);
        EXPECT_EQ(ask("GET / HTTP/1.1\r\n\r\n"), "");
    }
    std::string heard;
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (heard.empty() && std::chrono::steady_clock::now() < deadline)
        heard = ask("GET / HTTP/1.1\r\n\r\n");
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 200"));
}

}  // namespace
}  // namespace one::http
