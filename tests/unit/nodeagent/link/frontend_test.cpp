// Answers of a front-end, good ones and all others, over a real connection.
#include "common/identity/key.hpp"
#include "nodeagent/link/connect.hpp"
#include "tests/unit/nodeagent/link/fake_front_end.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

class FrontendTest : public testing::Test {
protected:
    Frontend connect() { return *by_pin(network, *parse_frontend(front_end.address()), front_end.pin()); }
    one::Error hello_fails()
    {
        auto frontend = connect();
        const auto hello = network.wait(frontend.hello());
        return hello ? one::Error{.reason = "it worked"} : hello.error();
    }

    FakeFrontEnd front_end{};
    Network network{std::make_unique<RealMonitoringPath>(), Signals::leave_alone};
};

TEST_F(FrontendTest, IsGreetedByThePinOfItsAuthority)
{
    auto frontend = connect();
    const auto hello = network.wait(frontend.hello());
    ASSERT_TRUE(hello) << one::to_text(hello.error());
    EXPECT_EQ(hello->zone, "OpenNebula");
}

TEST_F(FrontendTest, TellsItsErrorsInItsOwnWords)
{
    front_end.refuse("/v1/hello", 409, {"conflict", "host kvm12", "the name is taken", "choose another --name"});
    const auto error = hello_fails();
    EXPECT_EQ(error.kind, one::ErrorKind::conflict);
    EXPECT_EQ(one::to_text(error), "cannot greet host kvm12: the name is taken\nchoose another --name");
}

TEST_F(FrontendTest, IsBusyWhereItSaysWhenToComeAgain)
{
    front_end.refuse("/v1/hello", 503, {"internal", "oned", "no leader is known", ""});
    EXPECT_EQ(hello_fails().kind, one::ErrorKind::busy);
}

TEST_F(FrontendTest, IsAskedAgainWhileItIsBusy)
{
    front_end.refuse("/v1/hello", 503, {"busy", "oned", "no leader is known", ""});
    auto frontend = connect();
    int asked = 0;
    const auto hello = network.patiently([&] {
        if (++asked == 2) front_end.refuse("/v1/hello", 0, {});
        return frontend.hello();
    });
    EXPECT_TRUE(hello);
    EXPECT_EQ(asked, 2);
}

TEST_F(FrontendTest, MayGiveNoReasonAndAnyStatus)
{
    for (const auto& [status, kind] : {std::pair{403, one::ErrorKind::denied},
                                       {404, one::ErrorKind::not_found},
                                       {409, one::ErrorKind::conflict},
                                       {429, one::ErrorKind::busy},
                                       {504, one::ErrorKind::timeout},
                                       {500, one::ErrorKind::internal},
                                       {418, one::ErrorKind::invalid}}) {
        front_end.say(one::http::Response{.status = status, .body = "<html>no</html>"});
        const auto error = hello_fails();
        EXPECT_EQ(error.kind, kind) << status;
        EXPECT_NE(error.reason.find(std::to_string(status)), std::string::npos);
    }
}

TEST_F(FrontendTest, IsNotBelievedWhereItAnswersGarbage)
{
    for (const auto* body : {"", "{}", "garbage", "{\"version\":7}", "[[[["}) {
        front_end.say(one::http::Response{.body = body});
        const auto error = hello_fails();
        EXPECT_EQ(error.kind, one::ErrorKind::internal) << body << ": no refusal, it may have done what it was asked";
        EXPECT_EQ(error.thing, "the front-end's answer to /v1/hello");
    }
}

TEST_F(FrontendTest, IsNotSentAnythingWhereItsAuthorityIsAnotherOne)
{
    auto frontend = *by_pin(network, *parse_frontend(front_end.address()), std::string(43, 'A'));
    const auto hello = network.wait(frontend.hello());
    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error().kind, one::ErrorKind::untrusted);
    EXPECT_TRUE(front_end.asked().empty());
}

TEST_F(FrontendTest, SaysNothingNewWhereTheDesiredStateIsKnown)
{
    front_end.with([](FakeCloud& cloud) { cloud.node.reset(); });
    auto key = *one::identity::make_private_key();
    const auto der = *one::identity::public_key_of(key);
    front_end.with([&](FakeCloud& cloud) { cloud.node = FakeNode{.key = der}; });
    const auto chain = *one::identity::issue(fake_authority(), der,
                                             {.common_name = "x",
                                              .not_before = std::chrono::system_clock::now() - std::chrono::hours{1},
                                              .not_after = std::chrono::system_clock::now() + std::chrono::hours{1}});
    const NodeIdentity identity{.own = {chain, std::move(key)}, .authorities = fake_authority().certificate_pem};
    auto frontend = *as_node(network, *parse_frontend(front_end.address()), identity);
    const auto first = network.wait(frontend.desired("", std::chrono::seconds{1}));
    ASSERT_TRUE(first) << one::to_text(first.error());
    EXPECT_EQ(first->node_name, "node1");
    const auto again = network.wait(frontend.desired(first->version, std::chrono::seconds{1}));
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, one::wire::DesiredState{.version = first->version});
}

TEST_F(FrontendTest, CanBeInterrupted)
{
    auto frontend = connect();
    network.interrupt();
    const auto hello = network.wait(frontend.hello());
    ASSERT_FALSE(hello);
    EXPECT_EQ(hello.error().kind, one::ErrorKind::interrupted);
    network.go_on();
    EXPECT_TRUE(network.wait(frontend.hello()));
}

one::Async<Result<>> interrupt_soon(Network* network)
{
    co_await one::pause(std::chrono::milliseconds{5});
    network->interrupt();
    co_return Result<>{};
}

TEST_F(FrontendTest, CanBeInterruptedInTheMiddleOfAWait)
{
    one::asio::co_spawn(network.executor(), interrupt_soon(&network), one::asio::use_future);
    const auto rested = network.rest(std::chrono::hours{1});
    ASSERT_FALSE(rested);
    EXPECT_EQ(rested.error().kind, one::ErrorKind::interrupted);
}

}  // namespace
}  // namespace onenode
