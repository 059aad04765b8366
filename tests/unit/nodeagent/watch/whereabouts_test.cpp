// The front-end is told where this machine is, may prove it, and what it says of that is shown.
#include "nodeagent/watch/whereabouts.hpp"

#include "common/identity/key.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/link/fake_front_end.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

namespace onenode {
namespace {

using one::wire::Finding;
using std::chrono::seconds;

class WhereaboutsTest : public testing::Test {
protected:
    WhereaboutsTest()
    {
        host.with_group({"oneadmin", 9869}).with_address("10.0.0.31").with_host_name("kvm9");
        const auto key = *node_key(host);
        const auto der = *one::identity::public_key_of(key);
        const one::identity::Issue issue{.common_name = "node-21",
                                         .purpose = one::identity::Purpose::client,
                                         .not_before = std::chrono::system_clock::now() - seconds{3600},
                                         .not_after = std::chrono::system_clock::now() + seconds{3600}};
        const auto chain = *one::identity::issue(fake_authority(), der, issue);
        EXPECT_TRUE(store_certificate(host, chain, fake_authority().certificate_pem));
        front_end.with([&](FakeCloud& cloud) {
            cloud.node = FakeNode{.key = der, .phase = "joined", .host_id = 12};
            cloud.moved.address = "10.0.0.5";
            cloud.moved_verdict.address = "10.0.0.31";
        });
        join(MemberPhase::joined);
        standing.well("joined");
    }

    void join(MemberPhase phase)
    {
        ASSERT_TRUE(save_membership(host, {.phase = phase, .frontend = front_end.address(), .node_id = 21}));
    }
    void wants_proof()
    {
        front_end.with([](FakeCloud& cloud) { cloud.moved.challenge = {"secret words", cloud.nonce_path}; });
    }
    void says(std::vector<Finding> findings)
    {
        front_end.with([&](FakeCloud& cloud) { cloud.moved.findings = std::move(findings); });
    }

    static Async<Result<std::chrono::milliseconds>> once(Whereabouts& whereabouts)
    {
        co_return co_await whereabouts.report();
    }
    /// One report; how long it would rest after it.
    std::chrono::milliseconds report()
    {
        auto frontend = *as_node(network, *parse_frontend(front_end.address()), *load_identity(host));
        Whereabouts whereabouts{host, std::move(frontend), standing, worker, network.executor(), {}};
        const auto rest = network.wait(once(whereabouts));
        EXPECT_TRUE(rest);
        return rest.value_or(std::chrono::milliseconds{0});
    }
    std::vector<std::string> asked() { return front_end.asked(); }

    FakeHost host{};
    FakeFrontEnd front_end{};
    Network network{std::make_unique<RealMonitoringPath>(), Signals::leave_alone};
    one::asio::thread_pool worker{1};
    Standing standing{host, {}};
};

TEST_F(WhereaboutsTest, AreToldAndThatIsAllWhereNothingIsWrong)
{
    EXPECT_GT(report(), std::chrono::hours{1}) << "until something happens";
    EXPECT_EQ(asked(), (std::vector<std::string>{"POST /v1/moved"}));
    const auto reported = front_end.with([](const FakeCloud& cloud) { return cloud.reported; });
    EXPECT_EQ(reported.host_name, "kvm9");
    EXPECT_EQ(reported.addresses, (std::vector<std::string>{"10.0.0.31"}));
    EXPECT_EQ(standing.status().sentence, "joined");
    EXPECT_TRUE(recall(host, places::state_dir)->empty());
}

TEST_F(WhereaboutsTest, AreProvenByANonceThatIsGoneAfterwards)
{
    wants_proof();
    std::string nonce;
    front_end.with([&](FakeCloud& cloud) {
        cloud.on_request = [&](const std::string& request) {
            if (request == "POST /v1/moved/verdict") nonce = host.read(cloud.nonce_path).value_or("none");
        };
    });
    report();
    EXPECT_EQ(nonce, "secret words\n");
    EXPECT_FALSE(host.stat("/run/onenode/login-nonce"));
    const auto deeds = *recall(host, places::state_dir);
    ASSERT_EQ(deeds.size(), 1U);
    EXPECT_EQ(deeds[0].kind, deeds::moved);
    EXPECT_EQ(deeds[0].sentence, "the front-end logs in at 10.0.0.31 now");
}

TEST_F(WhereaboutsTest, ThatTheFrontEndCouldNotProveAreTold)
{
    wants_proof();
    front_end.with([](FakeCloud& cloud) {
        cloud.moved_verdict.address = "10.0.0.5";
        cloud.moved_verdict.findings = {{"ssh-login", "error", "10.0.0.31:22 does not answer", "systemctl start ssh"}};
    });
    report();
    EXPECT_EQ(standing.status().sentence,
              "degraded: the front-end still looks for this machine at 10.0.0.5: 10.0.0.31:22 does not answer: "
              "systemctl start ssh");
    EXPECT_TRUE(recall(host, places::state_dir)->empty());
}

TEST_F(WhereaboutsTest, LetTheFrontEndChooseNoOtherPlaceForItsNonce)
{
    front_end.with([](FakeCloud& cloud) { cloud.moved.challenge = {"words", "/etc/passwd"}; });
    report();
    EXPECT_FALSE(host.stat("/etc/passwd"));
    EXPECT_NE(standing.status().sentence.find("asks for a file outside of /run/onenode"), std::string::npos)
        << standing.status().sentence;
}

TEST_F(WhereaboutsTest, OfAMachineThatIsAboutToLeaveAreNotProven)
{
    wants_proof();
    join(MemberPhase::leaving);
    report();
    EXPECT_FALSE(host.stat("/run/onenode/login-nonce"));
    const auto all = asked();
    EXPECT_EQ(std::ranges::find(all, "POST /v1/moved/verdict"), all.end());
}

TEST_F(WhereaboutsTest, SayWhatWaitsAndWhatIsWrong)
{
    says({{"rename", "warning", "its rename to kvm9 waits for an admin", "onefrontend node approve 21"}});
    EXPECT_EQ(report(), seconds{60});
    EXPECT_EQ(standing.status().sentence, "joined; its rename to kvm9 waits for an admin: onefrontend node approve 21");
    says({{"host-name", "error", "nobody knows kvm1", "let it lead here"}});
    report();
    EXPECT_EQ(standing.status().sentence, "degraded: nobody knows kvm1: let it lead here");
    EXPECT_EQ(standing.status().waits, "");
}

TEST_F(WhereaboutsTest, AreNothingThatAnOlderFrontEndAsksFor)
{
    front_end.refuse("/v1/moved", 404, {"unsupported", "/v1/moved", "there is no such path", ""});
    EXPECT_GT(report(), std::chrono::hours{1});
    EXPECT_EQ(standing.status().sentence, "joined");
}

TEST_F(WhereaboutsTest, AreToldAgainSoonWhereTheFrontEndDidNotAnswer)
{
    front_end.refuse("/v1/moved", 503, {"busy", "oned", "it does not answer", ""});
    EXPECT_LE(report(), seconds{2});
    EXPECT_EQ(standing.status().sentence, "joined") << "the rounds tell of that";
}

TEST_F(WhereaboutsTest, ThatAreRefusedAreTroubleUntilTheyAreNot)
{
    front_end.refuse("/v1/moved", 409, {"conflict", "10.0.0.31", "node 22 (kvm2) has that address", "wait"});
    report();
    EXPECT_NE(standing.status().sentence.find("degraded: cannot report the move of this machine to 10.0.0.31: node 22"),
              std::string::npos)
        << standing.status().sentence;
    front_end.refuse("/v1/moved", 0, {});
    report();
    EXPECT_EQ(standing.status().sentence, "joined");
}

TEST_F(WhereaboutsTest, TellsOfANodeThatHasTheSameUuid)
{
    says({{"libvirt-host-uuid", "error", "kvm1 has the host UUID of node 22 (kvm2), too", "give it another"}});
    EXPECT_EQ(report(), seconds{60});
    EXPECT_EQ(standing.status().sentence, "degraded: kvm1 has the host UUID of node 22 (kvm2), too: give it another");
    says({});
    report();
    EXPECT_EQ(standing.status().sentence, "joined");
}

}  // namespace
}  // namespace onenode
