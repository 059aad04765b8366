// Names, pins and certificates of nodes; and what is left of them when the node is gone.
#include "frontend/enroll/host_trust.hpp"

#include "common/identity/ssh_authority.hpp"
#include "frontend/enroll/revocations.hpp"
#include "frontend/enroll/ssh_authority.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using namespace std::chrono_literals;
using Strings = std::vector<std::string>;

const std::string ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICB0hn0pjZPPaC6IMV6lvtegrnKU2Ka7/hXIiTcSbmzb";
const std::string other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFE1RvR/DyGYVsPMqQXP7BOBTMOqKvYSTA8u/Gw/mvLY";
const std::string rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAAQM=";
const std::chrono::system_clock::time_point noon{std::chrono::hours{24 * 20000}};

Node joined(std::string name = "KVM1", Strings keys = {ed25519})
{
    Node node;
    node.id = 7;
    node.name = std::move(name);
    node.address = "10.0.0.11";
    node.ssh_host_keys = std::move(keys);
    node.phase = Phase::joined;
    return node;
}

std::string certificate(const one::Secret& authority, const Node& node, std::chrono::seconds life)
{
    one::ssh::HostCertificate what;
    what.subject = keys_to_certify(node).at(0);
    what.principals = principals_of(node);
    what.valid_after = noon;
    what.valid_before = noon + life;
    return *one::identity::issue(authority, std::move(what));
}

TEST(HostTrust, NamesInACertificateAreThoseOfTheDocumentInLowerCase)
{
    EXPECT_EQ(principals_of(joined()), (Strings{"kvm1", "10.0.0.11"}));
    EXPECT_EQ(principals_of(joined("*")), Strings{"10.0.0.11"}) << "no name of a document means other hosts";
}

TEST(HostTrust, ACertificateIsMadeAgainInTimeAndForOtherNamesOrAnotherCa)
{
    const auto secret = *one::identity::make_ssh_authority();
    const auto authority = *one::identity::ssh_public_key_of(secret);
    auto node = joined();
    EXPECT_TRUE(needs_host_certificates(node, authority, noon));
    node.ssh_host_certificates = {certificate(secret, node, 90h)};
    EXPECT_FALSE(needs_host_certificates(node, authority, noon));
    EXPECT_FALSE(needs_host_certificates(node, authority, noon + 59h));
    EXPECT_TRUE(needs_host_certificates(node, authority, noon + 61h));
    EXPECT_TRUE(needs_host_certificates(node, *one::ssh::parse_public_key(other), noon));
    auto renamed = node;
    renamed.name = "kvm2";
    EXPECT_TRUE(needs_host_certificates(renamed, authority, noon));
    auto with_more_keys = node;
    with_more_keys.ssh_host_keys.push_back(other);
    EXPECT_TRUE(needs_host_certificates(with_more_keys, authority, noon));
}

TEST(HostTrust, ANodeWhoseKeysGetNoneNeedsNone)
{
    EXPECT_FALSE(needs_host_certificates(joined("kvm1", {"garbage"}), *one::ssh::parse_public_key(other), noon));
    EXPECT_FALSE(needs_host_certificates(joined("kvm1", {}), *one::ssh::parse_public_key(other), noon));
}

TEST(HostTrust, NodesHearOfJoinedNodesAlone)
{
    auto enrolled = joined("kvm2");
    enrolled.phase = Phase::enrolled;
    auto banned = joined("kvm3");
    banned.banned = true;
    EXPECT_EQ(peer_known_hosts({joined(), enrolled, banned, joined("one")}, {"ONE"}),
              Strings{"KVM1,10.0.0.11 " + ed25519});
}

TEST(HostTrust, PinsOfOthersAreShortWhereTheyCanBe)
{
    EXPECT_EQ(peer_known_hosts({joined("kvm1", {rsa, ed25519 + " root@kvm1"})}, {}),
              Strings{"kvm1,10.0.0.11 " + ed25519});
    EXPECT_EQ(peer_known_hosts({joined("kvm1", {rsa})}, {}), Strings{"kvm1,10.0.0.11 " + rsa});
}

TEST(HostTrust, SshOnAnotherPortIsLookedUpInItsOwnForm)
{
    auto node = joined();
    node.facts.ssh_port = 2222;
    EXPECT_EQ(peer_known_hosts({node}, {}), Strings{"KVM1,10.0.0.11,[kvm1]:2222,[10.0.0.11]:2222 " + ed25519});
}

class RevocationsTest : public testing::Test {
protected:
    Strings revoked(const std::vector<Node>& nodes = {}) { return revoked_keys(*test::run(revocations.all()), nodes); }
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    Revocations revocations{cloud};
};

TEST_F(RevocationsTest, TellOfKeysOfANodeThatIsGone)
{
    ASSERT_TRUE(test::run(revocations.add(joined("kvm1", {ed25519 + " root@kvm1", other}), 1000)));
    EXPECT_EQ(revoked(), (Strings{ed25519, other}));
}

TEST_F(RevocationsTest, NeverTellOfAKeyThatANodeHasNow)
{
    ASSERT_TRUE(test::run(revocations.add(joined("kvm1", {ed25519, other}), 1000)));
    EXPECT_EQ(revoked({joined("kvm1", {ed25519})}), Strings{other}) << "it joined again, or shares its keys";
}

TEST_F(RevocationsTest, SayNothingOfKeysThatNobodyEverTrusted)
{
    auto node = joined();
    node.phase = Phase::enrolled;
    ASSERT_TRUE(test::run(revocations.add(node, 1000)));
    EXPECT_EQ(one.count(revocation_document), 0);
}

TEST_F(RevocationsTest, EndAfterTheLastCertificateHas)
{
    ASSERT_TRUE(test::run(revocations.add(joined(), 1000)));
    const auto life = std::chrono::seconds{host_certificate_life}.count();
    ASSERT_TRUE(test::run(revocations.forget_old(1000 + life)));
    EXPECT_EQ(one.count(revocation_document), 1);
    ASSERT_TRUE(test::run(revocations.forget_old(1000 + life + 2 * 24 * 3600)));
    EXPECT_EQ(one.count(revocation_document), 0);
}

TEST_F(RevocationsTest, ThatCannotBeReadStopEverybodyWhoAsks)
{
    one.put(revocation_document, "garbage");
    EXPECT_FALSE(test::run(revocations.all()));
    EXPECT_FALSE(test::run(find_vouching(cloud, {})));
}

TEST(SshAuthorityRecord, IsThatOfWhoCameFirst)
{
    test::FakeOpennebula one;
    test::FakeCloud cloud{one};
    SshAuthorityRecord ours;
    ours.key = ed25519;
    ours.made_on = "fe1";
    EXPECT_EQ(test::run(find_ssh_authority(cloud))->id, -1);
    const auto first = test::run(record_ssh_authority(cloud, ours));
    ASSERT_TRUE(first);
    EXPECT_EQ(test::run(record_ssh_authority(cloud, ours))->id, first->id);
    ours.key = other;
    const auto refused = test::run(record_ssh_authority(cloud, ours));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().reason.find("made on fe1"), std::string::npos);
    EXPECT_EQ(one.count(ssh_authority_document), 1);
}

}  // namespace
}  // namespace onefrontend
