// Whom a client trusts, and what it says of those whom it does not.
#include "common/identity/key.hpp"
#include "tests/unit/common/http/world.hpp"

#include <gmock/gmock.h>

namespace one::http {
namespace {

using ::testing::HasSubstr;

class Trusting : public World {
protected:
    /// What the client says of a front-end that shows this.
    Error refusal_of(const Wanted& wanted)
    {
        const int port = serve({.for_nodes = make_identity(wanted)}, [this](Request) {
            ++requests;
            return answer_nothing();
        });
        return bad(get(port));
    }
    static Async<Response> answer_nothing() { co_return Response{}; }

    int requests = 0;
};

TEST_F(Trusting, TakesACertificateOfThePinnedAuthority)
{
    EXPECT_EQ(good(get(serve())).status, 200);
}

TEST_F(Trusting, RefusesAnotherAuthorityAndShowsBothPins)
{
    const Error error = refusal_of({.by = &stranger(), .attached = stranger().certificate_pem});
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("pin " + pin_of(our_authority()) + " is expected"));
    EXPECT_THAT(error.reason, HasSubstr("presents one with pin " + pin_of(stranger())));
    EXPECT_THAT(error.next, HasSubstr("onefrontend token create"));
    EXPECT_THAT(error.thing, HasSubstr("127.0.0.1:"));
    EXPECT_EQ(requests, 0);
}

TEST_F(Trusting, RefusesAStrangersCertificateThatThePinnedAuthorityIsMerelyAttachedTo)
{
    const Error error = refusal_of({.by = &stranger()});
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("the authority that we trust did not sign it"));
}

TEST_F(Trusting, RefusesThePinnedKeyInACertificateThatItDidNotSign)
{
    // What somebody in between can make: the pinned public key, named as an authority by a CA of their own.
    const auto pinned_key = good(identity::read_certificate(our_authority().certificate_pem)).public_key;
    const auto forged = good(identity::issue(stranger(), pinned_key,
                                             {.common_name = "ours",
                                              .not_before = std::chrono::system_clock::now() - 1h,
                                              .not_after = std::chrono::system_clock::now() + 1h}));
    const Error error = refusal_of({.by = &stranger(), .attached = forged + stranger().certificate_pem});
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("somebody sits in between"));
    EXPECT_EQ(requests, 0);
}

TEST_F(Trusting, RefusesANodesCertificateInAFrontEndsPlace)
{
    const Error error = refusal_of({.purpose = identity::Purpose::client, .name = "node-17"});
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("\"node-17\": it was not issued for servers"));
}

TEST_F(Trusting, TellsAnExpiredCertificateWithBothTimes)
{
    const Error error = refusal_of({.from = -3h, .until = -2h});
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("it expired at 20"));
    EXPECT_THAT(error.reason, HasSubstr("this machine's clock says 20"));
    EXPECT_THAT(error.next, HasSubstr("clock"));
}

TEST_F(Trusting, TellsACertificateOfTheFutureWithBothTimes)
{
    const Error error = refusal_of({.from = 2h});
    EXPECT_EQ(error.kind, ErrorKind::untrusted);
    EXPECT_THAT(error.reason, HasSubstr("it is valid from 20"));
    EXPECT_THAT(error.reason, HasSubstr("this machine's clock says 20"));
    EXPECT_THAT(error.next, HasSubstr("clock"));
}

TEST_F(Trusting, SendsNothingOfHttpBeforeTheChainWasFoundGood)
{
    refusal_of({.by = &stranger()});
    refusal_of({.purpose = identity::Purpose::client});
    EXPECT_EQ(requests, 0);
}

TEST_F(Trusting, LooksAtThePinOfWhoeverListensAndSendsNothing)
{
    const ServerPolicy strangers{.for_nodes =
                                     make_identity({.by = &stranger(), .attached = stranger().certificate_pem})};
    const int port = serve(strangers, [this](Request) {
        ++requests;
        return answer_nothing();
    });
    EXPECT_EQ(good(run(presented_pin({"127.0.0.1", port}))), pin_of(stranger()));
    EXPECT_EQ(requests, 0);
}

TEST_F(Trusting, SeesNoPinInAnAuthorityThatDidNotSign)
{
    const int port = serve({.for_nodes = make_identity({.by = &stranger()})});
    EXPECT_EQ(bad(run(presented_pin({"127.0.0.1", port}))).kind, ErrorKind::untrusted);
}

TEST_F(Trusting, ByAuthorityNeedsNoPin)
{
    const int port = serve();
    const auto tls = good(make_client_tls({.authority_pem = our_authority().certificate_pem}, {}));
    Client client{loop.get_executor(), {{.host = "127.0.0.1", .port = port}}, tls};
    EXPECT_EQ(good(exchange(client, {})).status, 200);
}

TEST_F(Trusting, ByAuthorityRefusesAStranger)
{
    const int port = serve();
    const auto tls = good(make_client_tls({.authority_pem = stranger().certificate_pem}, {}));
    Client client{loop.get_executor(), {{.host = "127.0.0.1", .port = port}}, tls};
    EXPECT_EQ(bad(exchange(client, {})).kind, ErrorKind::untrusted);
}

TEST_F(Trusting, WithPinAndAuthorityBothMustHold)
{
    const int port = serve();
    const auto tls =
        good(make_client_tls({.pin = pin_of(our_authority()), .authority_pem = stranger().certificate_pem}, {}));
    Client client{loop.get_executor(), {{.host = "127.0.0.1", .port = port}}, tls};
    EXPECT_EQ(bad(exchange(client, {})).kind, ErrorKind::untrusted);
}

/// By our authority and by the stranger, for one key: as while the front-end changes from one to the other.
Identity by_both()
{
    auto both = make_identity({.by = &stranger(), .attached = stranger().certificate_pem});
    const auto key = good(identity::public_key_of(both.private_key_pem));
    const auto now = std::chrono::system_clock::now();
    both.chain_pem += good(identity::issue(our_authority(), key,
                                           {.common_name = "front-end",
                                            .addresses = {"127.0.0.1"},
                                            .purpose = identity::Purpose::server,
                                            .not_before = now - 1h,
                                            .not_after = now + 1h})) +
                      our_authority().certificate_pem;
    return both;
}

TEST_F(Trusting, GetsTheChainToTheAuthorityItWantsWhereThereAreTwo)
{
    const int port = serve({.for_nodes = by_both()});
    for (const auto* authority : {&our_authority(), &stranger()}) {
        for (const Trust& trust :
             {Trust{.pin = pin_of(*authority)}, Trust{.authority_pem = authority->certificate_pem}}) {
            Client client{loop.get_executor(), {{.host = "127.0.0.1", .port = port}}, good(make_client_tls(trust, {}))};
            EXPECT_EQ(good(exchange(client, {})).status, 200);
        }
    }
}

TEST_F(Trusting, SeesTheNewestAuthorityWhereItWantsNone)
{
    const int port = serve({.for_nodes = by_both()});
    EXPECT_EQ(good(run(presented_pin({.host = "127.0.0.1", .port = port}))), pin_of(stranger()));
}

TEST_F(Trusting, NeedsAPinOrAnAuthority)
{
    EXPECT_EQ(bad(make_client_tls({}, {})).kind, ErrorKind::invalid);
}

TEST_F(Trusting, ServesNoChainThatLacksTheAuthority)
{
    const Error error = bad(make_server_tls({.for_nodes = make_identity({.attached = {}})}));
    EXPECT_THAT(error.reason, HasSubstr("no certificate authority"));
}

TEST_F(Trusting, ServesNoCertificateWithAnotherOnesKey)
{
    auto identity = make_identity();
    identity.private_key_pem = make_identity().private_key_pem.copy();
    const Error error = bad(make_server_tls({.for_nodes = std::move(identity)}));
    EXPECT_THAT(error.reason, HasSubstr("key values mismatch"));
}

}  // namespace
}  // namespace one::http
