// Plain HTTP as oned speaks it, and as things speak it that are not oned.
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include <gmock/gmock.h>

namespace one::http {
namespace {

using asio::ip::tcp;
using ::testing::HasSubstr;

class PostPlain : public World {
protected:
    Result<Response> post(int port, std::chrono::milliseconds limit = 10s, std::size_t body = 1000)
    {
        Request request{.target = "/RPC2", .headers = {{"Content-Type", "text/xml"}}, .body = "<methodCall/>"};
        return run(post_plain("127.0.0.1", port, std::move(request), limit, body));
    }
    Result<Response> post_to(RawPeer::Part part, std::chrono::milliseconds limit = 10s)
    {
        const RawPeer peer{loop, part};
        return post(peer.port(), limit);
    }
};

Async<> return_the_request(tcp::socket socket)
{
    std::string bytes = co_await hear(socket);
    bytes = "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(bytes.size()) + "\r\n\r\n" + bytes;
    co_await say(socket, bytes);
}

Async<> answer_and_close(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/xml\r\n\r\n<methodResponse/>");
}

Async<> answer_and_stay(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n<methodResponse/>");
    co_await hear(socket);
}

Async<> answer_in_chunks(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket,
                 "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n<method\r\na\r\nResponse/>\r\n0\r\n\r\n");
}

Async<> answer_half(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<method");
}

Async<> answer_without_end(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 100; ++i)
        co_await say(socket, std::string(100, 'x'));
}

Async<> send_headers_without_end(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket, "HTTP/1.1 200 OK\r\n");
    const std::string line = "X-More: " + std::string(1000, 'x') + "\r\n";
    for (int i = 0; i < 100; ++i)
        co_await say(socket, line);
}

Async<> drip(tcp::socket socket)
{
    co_await hear(socket);
    for (int i = 0; i < 1000; ++i) {
        co_await say(socket, "H");
        co_await pause(20ms);
    }
}

Async<> babble(tcp::socket socket)
{
    co_await hear(socket);
    co_await say(socket, "220 mail.example.com ESMTP\r\n");
}

TEST_F(PostPlain, SendsWhatXmlRpcNeeds)
{
    const auto sent = good(post_to(return_the_request)).body;
    EXPECT_THAT(sent, HasSubstr("POST /RPC2 HTTP/1.1\r\n"));
    EXPECT_THAT(sent, HasSubstr("Host: 127.0.0.1:"));
    EXPECT_THAT(sent, HasSubstr("Content-Type: text/xml\r\n"));
    EXPECT_THAT(sent, HasSubstr("Content-Length: 13\r\n"));
    EXPECT_THAT(sent, HasSubstr("\r\n\r\n<methodCall/>"));
}

TEST_F(PostPlain, TakesAnAnswerThatEndsWithTheConnection)
{
    EXPECT_EQ(good(post_to(answer_and_close)).body, "<methodResponse/>");
}

TEST_F(PostPlain, TakesAnAnswerOnAConnectionThatStays)
{
    EXPECT_EQ(good(post_to(answer_and_stay)).body, "<methodResponse/>");
}

TEST_F(PostPlain, TakesAnAnswerInChunks)
{
    EXPECT_EQ(good(post_to(answer_in_chunks)).body, "<methodResponse/>");
}

TEST_F(PostPlain, TellsAnAnswerThatWasCut)
{
    const Error error = bad(post_to(answer_half));
    EXPECT_EQ(error.kind, ErrorKind::unreachable);
    EXPECT_EQ(error.reason, "it closed the connection before the answer was complete");
}

TEST_F(PostPlain, TellsABodyWithoutEnd)
{
    EXPECT_EQ(bad(post_to(answer_without_end)).reason, "its answer is larger than 1000 bytes");
}

TEST_F(PostPlain, TellsAHeaderWithoutEnd)
{
    EXPECT_EQ(bad(post_to(send_headers_without_end)).reason, "the header of its answer has no end");
}

TEST_F(PostPlain, TellsWhatIsNoHttp)
{
    EXPECT_THAT(bad(post_to(babble)).reason, HasSubstr("what it answers is not HTTP"));
}

TEST_F(PostPlain, KeepsTheLimitAlsoWithAPeerThatDrips)
{
    const Error error = bad(post_to(drip, 100ms));
    EXPECT_EQ(error.kind, ErrorKind::timeout);
    EXPECT_EQ(error.reason, "it did not answer in full within 100 ms");
}

TEST_F(PostPlain, TellsARefusedConnection)
{
    tcp::acceptor taken{loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    const int port = taken.local_endpoint().port();
    taken.close();
    EXPECT_EQ(bad(post(port)).reason, "the connection was refused: nothing listens there");
}

}  // namespace
}  // namespace one::http
