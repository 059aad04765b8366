// The node's files: its key stays, its memory is read strictly.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/link/fake_front_end.hpp"

#include <gtest/gtest.h>

#include <array>

namespace onenode {
namespace {

TEST(NodeIdentity, KeepsItsKeyOverRetries)
{
    FakeHost host;
    const auto first = node_key(host);
    const auto second = node_key(host);
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(same_secret(*first, *second));
    EXPECT_EQ(host.stat(places::key)->mode, 0600U);
    EXPECT_EQ(host.stat(places::state_dir)->mode, 0700U);
}

std::string certificate_for(const one::Secret& key)
{
    const one::identity::Issue issue{.common_name = "node-21", .purpose = one::identity::Purpose::client};
    return *one::identity::issue(fake_authority(), *one::identity::public_key_of(key), issue);
}

Result<> renew(FakeHost& host)
{
    TRY_LET(const auto key, next_key(host));
    TRY(store_certificate(host, certificate_for(key), "authorities"));
    return settle_key(host);
}

TEST(NodeIdentity, HasTheKeyOfItsCertificateWhereverARenewalIsKilled)
{
    constexpr std::array moments{&FakeHost::die_before, &FakeHost::die_within, &FakeHost::die_after};
    for (std::size_t change = 0;; ++change) {
        SCOPED_TRACE(testing::Message() << "change " << change / 3 + 1 << ", moment " << change % 3);
        FakeHost host;
        const auto first = *node_key(host);
        ASSERT_TRUE(store_certificate(host, certificate_for(first), "authorities"));
        bool died = false;
        (host.*moments.at(change % 3))(change / 3 + 1);
        try {
            ASSERT_TRUE(renew(host));
        } catch (const Died&) {
            died = true;
        }
        host.recover();
        const auto identity = load_identity(host);
        ASSERT_TRUE(identity);
        ASSERT_EQ(one::identity::read_certificates(identity->own.chain_pem)->front().public_key,
                  *one::identity::public_key_of(identity->own.private_key_pem));
        ASSERT_TRUE(settle_key(host));
        ASSERT_TRUE(renew(host));
        ASSERT_FALSE(host.stat(places::next_key));
        ASSERT_FALSE(same_secret(load_identity(host)->own.private_key_pem, first));
        ASSERT_TRUE(destroy_identity(host));
        ASSERT_FALSE(host.stat(places::identity_dir));
        if (!died && change % 3 == 0) break;
    }
}

TEST(NodeIdentity, IsGoneWhenItIsDestroyed)
{
    FakeHost host;
    ASSERT_TRUE(node_key(host));
    ASSERT_TRUE(store_certificate(host, "chain", "authorities"));
    EXPECT_EQ(load_identity(host)->authorities, "authorities");
    ASSERT_TRUE(destroy_identity(host));
    ASSERT_TRUE(destroy_identity(host));
    EXPECT_EQ(load_identity(host).error().kind, ErrorKind::not_found);
    EXPECT_FALSE(host.stat(places::identity_dir));
}

TEST(Membership, ComesBackAsItWasSaved)
{
    FakeHost host;
    EXPECT_FALSE(load_membership(host)->has_value());
    host.with_directory(places::state_dir, 0700);
    Membership member{.phase = MemberPhase::leaving,
                      .frontend = "one:4125",
                      .node_id = 3,
                      .host_id = 12,
                      .joined_at = "2026-01-01T00:00:00Z"};
    member.desired.node_name = "kvm12";
    ASSERT_TRUE(save_membership(host, member));
    const auto read = load_membership(host);
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->phase, MemberPhase::leaving);
    EXPECT_EQ((*read)->frontend, "one:4125");
    EXPECT_EQ((*read)->host_id, 12);
    EXPECT_EQ((*read)->desired.node_name, "kvm12");
    EXPECT_EQ(host.stat(places::membership)->mode, 0600U);
}

// What a package upgrade finds: neither `wishes` nor all that the desired state has today.
TEST(Membership, OfAnEarlierVersionHasDefaultsForWhatItDidNotKnow)
{
    FakeHost host;
    host.with_file(places::membership,
                   R"({"schema":"onenode-state/1","phase":"joined","frontend":"one:4125","node_id":3,"host_id":12,)"
                   R"("joined_at":"2026-01-01T00:00:00Z","desired":{"version":"v","node_name":"kvm12",)"
                   R"("peers":[{"name":"kvm13"}]},"a_later_field":{}})");
    const auto read = load_membership(host);
    ASSERT_TRUE(read && *read) << one::to_text(read.error());
    EXPECT_EQ((*read)->host_id, 12);
    EXPECT_EQ((*read)->desired.node_name, "kvm12");
    EXPECT_EQ((*read)->desired.datastore_location, "/var/lib/one/datastores");
    EXPECT_EQ((*read)->desired.peers.at(0).name, "kvm13");
    EXPECT_EQ((*read)->wishes.type, "");
}

TEST(Membership, IsNotGuessedFromADamagedFile)
{
    for (const auto* text :
         {"", "{", "{}", R"({"schema":"onenode-state/2"})", R"({"schema":"onenode-state/1","phase":"joined"})",
          R"({"schema":"onenode-state/1","frontend":"one:4125"})",
          R"({"schema":"onenode-state/1","phase":"joined","frontend":"one:4125","host_id":"12"})"}) {
        FakeHost host;
        host.with_file(places::membership, text);
        const auto read = load_membership(host);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().thing, places::membership);
        EXPECT_FALSE(read.error().next.empty());
    }
}

}  // namespace
}  // namespace onenode
