// Which certificate the server shows to whom, and whose certificate it takes.
#include "tests/unit/common/http/raw.hpp"
#include "tests/unit/common/http/world.hpp"

#include "common/identity/certificate.hpp"

#include <gmock/gmock.h>

namespace one::http {
namespace {

using ::testing::HasSubstr;

constexpr const char* browser_protocols = "\x02h2\x08http/1.1";

Async<Response> say_who(Request request)
{
    Response response{.body = "nobody"};
    if (!request.peer.certificate_pem.empty())
        response.body = good(identity::read_certificate(request.peer.certificate_pem)).common_name;
    co_return response;
}

class ShownIdentity : public World {
protected:
    Result<Response> get_as(const Wanted& wanted)
    {
        const int port = serve(say_who);
        Client client{loop.get_executor(), {{.host = "127.0.0.1", .port = port}}, pinned(make_identity(wanted))};
        return exchange(client, {});
    }

    Heard speak(int port, Speech speech)
    {
        auto work = speak_tls(port, std::move(speech));
        return run(std::move(work));
    }

    static ServerPolicy with_browsers()
    {
        auto policy = usual_policy();
        policy.for_browsers = make_identity({.by = &stranger(), .name = "one.example.com"});
        return policy;
    }
};

TEST_F(ShownIdentity, OfANodeReachesTheHandler)
{
    EXPECT_EQ(good(get_as({.purpose = identity::Purpose::client, .name = "node-17"})).body, "node-17");
}

TEST_F(ShownIdentity, IsNotNeededBeforeEnrollment)
{
    auto client = client_of(serve(say_who));
    EXPECT_EQ(good(exchange(client, {})).body, "nobody");
}

TEST_F(ShownIdentity, OfAStrangerIsRefused)
{
    const Error error = bad(get_as({.by = &stranger(), .purpose = identity::Purpose::client}));
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_EQ(error.reason, "it does not accept our certificate");
}

TEST_F(ShownIdentity, ThatEndedNotLongAgoStillTellsWhoItIs)
{
    EXPECT_EQ(good(get_as({.purpose = identity::Purpose::client, .from = -3h, .until = -2h, .name = "node-17"})).body,
              "node-17");
}

TEST_F(ShownIdentity, ThatEndedLongAgoIsRefusedAsSuch)
{
    const auto end = -lapsed_limit - 1h;
    const Error error = bad(get_as({.purpose = identity::Purpose::client, .from = end - 1h, .until = end}));
    EXPECT_EQ(error.kind, ErrorKind::denied);
    EXPECT_EQ(error.reason, "it says that our certificate expired");
}

TEST_F(ShownIdentity, OfAFrontEndIsNoNodes)
{
    EXPECT_EQ(bad(get_as({.purpose = identity::Purpose::server})).kind, ErrorKind::denied);
}

TEST_F(ShownIdentity, ChangesWithoutANewClient)
{
    const int port = serve(say_who);
    auto client = client_of(port);
    EXPECT_EQ(good(exchange(client, {})).body, "nobody");
    client.use(pinned(make_identity({.purpose = identity::Purpose::client, .name = "node-18"})));
    EXPECT_EQ(good(exchange(client, {})).body, "node-18");
}

TEST_F(ShownIdentity, OfTheServerChangesForNewConnections)
{
    const int port = serve();
    auto policy = usual_policy();
    policy.for_nodes = make_identity({.name = "renewed"});
    server->use(good(make_server_tls(policy)));
    EXPECT_EQ(speak(port, {.parts = {"GET / HTTP/1.0\r\n\r\n"}}).certificate_name, "renewed");
}

TEST_F(ShownIdentity, ForNodesFollowsTheirProtocol)
{
    const Heard heard = speak(serve(with_browsers()), {.parts = {"GET / HTTP/1.0\r\n\r\n"}});
    EXPECT_EQ(heard.certificate_name, "front-end");
    EXPECT_EQ(heard.protocol, "onenode/1");
    EXPECT_TRUE(heard.was_asked_for_certificate);
}

TEST_F(ShownIdentity, ForBrowsersIsTheUsersOwn)
{
    const Heard heard =
        speak(serve(with_browsers()), {.parts = {"GET / HTTP/1.0\r\n\r\n"}, .protocols = browser_protocols});
    EXPECT_EQ(heard.certificate_name, "one.example.com");
    EXPECT_EQ(heard.protocol, "http/1.1");
    EXPECT_FALSE(heard.was_asked_for_certificate);
    EXPECT_THAT(heard.bytes, HasSubstr("200 OK"));
}

TEST_F(ShownIdentity, WithoutAProtocolIsThatForBrowsers)
{
    const Heard heard = speak(serve(with_browsers()), {.parts = {"GET / HTTP/1.0\r\n\r\n"}, .protocols = ""});
    EXPECT_EQ(heard.certificate_name, "one.example.com");
    EXPECT_THAT(heard.bytes, HasSubstr("200 OK"));
}

TEST_F(ShownIdentity, IsThatForNodesInLackOfTheOther)
{
    const Heard heard = speak(serve(), {.parts = {"GET / HTTP/1.0\r\n\r\n"}, .protocols = browser_protocols});
    EXPECT_EQ(heard.certificate_name, "front-end");
    EXPECT_FALSE(heard.was_asked_for_certificate);
}

TEST_F(ShownIdentity, NeverLetsABrowserPassAsANode)
{
    const Heard heard = speak(serve(with_browsers(), say_who),
                              {.parts = {"GET / HTTP/1.0\r\n\r\n"},
                               .protocols = browser_protocols,
                               .own = make_identity({.purpose = identity::Purpose::client, .name = "node-17"})});
    EXPECT_THAT(heard.bytes, HasSubstr("nobody"));
}

TEST_F(ShownIdentity, IsNoneWhereNoProtocolIsShared)
{
    EXPECT_THAT(speak(serve(), {.protocols = "\x09onenode/9"}).handshake_error, HasSubstr("no application protocol"));
}

TEST_F(ShownIdentity, IsNoneBelowTls13)
{
    EXPECT_THAT(speak(serve(), {.version = 0x0303}).handshake_error, HasSubstr("protocol version"));
}

}  // namespace
}  // namespace one::http
