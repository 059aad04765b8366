// Signer and client over a real Unix socket.
#include "common/identity/key.hpp"
#include "frontend/signer/client.hpp"
#include "frontend/signer/line_socket.hpp"
#include "frontend/signer/socket_server.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/directory.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

namespace onefrontend {
namespace {

using namespace std::chrono_literals;

class SignerSocket : public testing::Test {
protected:
    SignerDoor door()
    {
        SignerDoor made;
        made.path = directory.path("signer.sock");
        made.limit = 2000ms;
        return made;
    }
    /// Runs the work beside the server, then stops the server.
    template <class T>
    T beside_server(Async<T> work)
    {
        SignerServer server{loop.get_executor(), signer, door()};
        EXPECT_TRUE(server.listen());
        one::Tasks tasks{loop.get_executor()};
        tasks.spawn("server", server.serve());
        std::optional<T> outcome;
        one::asio::co_spawn(loop, std::move(work), [&](const std::exception_ptr&, T value) {
            outcome = std::move(value);
            tasks.cancel();
        });
        loop.run_for(10s);
        EXPECT_TRUE(outcome.has_value()) << "the exchange did not end";
        return std::move(*outcome);
    }
    static Async<Result<std::string>> say(std::string path, std::string text)
    {
        UnixSocket socket{co_await one::asio::this_coro::executor};
        const one::asio::local::stream_protocol::endpoint address{path};
        const auto [refused] = co_await socket.async_connect(address, one::awaited);
        EXPECT_FALSE(refused);
        const SocketDeadline deadline{socket, 5000ms};
        (void)co_await write_line(socket, std::move(text));
        co_return co_await read_line(socket, longest_line);
    }
    static constexpr std::size_t longest_line = 100000;

    test::Directory directory{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    const std::chrono::system_clock::time_point now = std::chrono::system_clock::now();
    Signer signer{cloud, *one::identity::make_authority("test CA", now - 1h, now + 24h), 12h};
    one::asio::io_context loop{};
};

TEST_F(SignerSocket, BringsTheSignersRefusalToTheService)
{
    SignerClient client{door().path};
    const auto request = *one::identity::make_request(*one::identity::make_private_key(), "x");
    const auto chain = beside_server(client.sign_node(7, request));
    ASSERT_FALSE(chain);
    EXPECT_EQ(chain.error().thing, "node 7");
}

TEST_F(SignerSocket, AnswersGarbageWithAReason)
{
    const auto answer = beside_server(say(door().path, "sign me\n"));
    ASSERT_TRUE(answer);
    EXPECT_NE(answer->find("no JSON object"), std::string::npos);
}

TEST_F(SignerSocket, CutsALineWithoutEnd)
{
    EXPECT_FALSE(beside_server(say(door().path, std::string(90000, 'x'))));
}

TEST_F(SignerSocket, IsForItsOwnersOnly)
{
    SignerServer server{loop.get_executor(), signer, door()};
    ASSERT_TRUE(server.listen());
    struct stat info {};
    ASSERT_EQ(::stat(door().path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0660U);
    SignerServer second{loop.get_executor(), signer, door()};
    EXPECT_EQ(second.listen().error().kind, one::ErrorKind::conflict);
}

TEST_F(SignerSocket, ReplacesTheSocketOfADeadSigner)
{
    {
        SignerServer dead{loop.get_executor(), signer, door()};
        ASSERT_TRUE(dead.listen());
    }
    ASSERT_TRUE(directory.has("signer.sock"));
    SignerServer next{loop.get_executor(), signer, door()};
    EXPECT_TRUE(next.listen());
}

TEST_F(SignerSocket, SaysHowToStartASignerThatIsNotThere)
{
    SignerClient client{directory.path("none.sock")};
    const auto chain = test::run(client.sign_node(7, "x"));
    ASSERT_FALSE(chain);
    EXPECT_EQ(chain.error().kind, one::ErrorKind::busy);
    EXPECT_NE(chain.error().next.find("onefrontend signer"), std::string::npos);
}

TEST_F(SignerSocket, GivesUpOnASignerThatDoesNotAnswer)
{
    one::asio::local::stream_protocol::acceptor silent{loop, one::asio::local::stream_protocol::endpoint{door().path}};
    SignerClient client{door().path, 50ms};
    EXPECT_EQ(test::run(client.sign_node(7, "x")).error().kind, one::ErrorKind::timeout);
}

}  // namespace
}  // namespace onefrontend
