#include "frontend/signer/signer.hpp"

#include "common/identity/key.hpp"
#include "common/identity/ssh_authority.hpp"
#include "frontend/enroll/revocations.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using namespace std::chrono_literals;
namespace identity = one::identity;

const identity::Time noon{std::chrono::hours{24 * 20000}};

class SignerTest : public testing::Test {
protected:
    SignerTest()
    {
        request = *identity::make_request(*identity::make_private_key(), "root of everything");
        key = identity::key_fingerprint(identity::read_request(request)->public_key);
        Token token;
        token.secret_hash = "x";
        token.expires_at = 1;  // long past: nodes outlive their token
        Claim claim;
        claim.token = one.put(token_document, to_json(token));
        claim.key = key;
        one.next_document += 10;  // room for claims of others
        claim_id = one.put(claim_document, to_json(claim));
        node.name = "kvm1";
        node.key = node.claimed_key = key;
        node.token_id = claim.token;
        node.id = one.put(node_document, to_json(node));
    }
    void store() { one.documents[node.id].body = to_json(node); }
    std::string refusal()
    {
        const auto pem = test::run(signer.sign_node(node.id, request, noon));
        return pem ? "it signed" : pem.error().reason;
    }

    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    Signer signer{cloud, *identity::make_authority("test CA", noon - 1h, noon + 24h), 12h};
    Node node{};
    std::string request{};
    std::string key{};
    int claim_id = -1;
};

TEST_F(SignerTest, DecidesNameAndLifeItself)
{
    const auto pem = test::run(signer.sign_node(node.id, request, noon));
    ASSERT_TRUE(pem) << one::to_line(pem.error());
    const auto certificate = *identity::read_certificate(*pem);
    EXPECT_EQ(certificate.common_name, node_common_name(node.id));
    EXPECT_TRUE(certificate.dns_names.empty());
    EXPECT_EQ(certificate.not_after, noon + 12h);
    EXPECT_TRUE(identity::verify(certificate, signer.authority().certificate_pem, noon));
}

TEST_F(SignerTest, SignsAPendingKey)
{
    node.key = "older";
    node.pending_key = key;
    store();
    EXPECT_TRUE(test::run(signer.sign_node(node.id, request, noon)));
}

TEST_F(SignerTest, RefusesAKeyThatTheDocumentDoesNotName)
{
    node.key = "other";
    store();
    EXPECT_EQ(refusal(), "its document names another key");
}

TEST_F(SignerTest, RefusesARemovedNode)
{
    ASSERT_TRUE(test::run(Nodes{cloud}.ban(node.id, "alice", 1000)));
    EXPECT_EQ(refusal(), "it was removed");
    one.documents.erase(node.id);
    EXPECT_FALSE(test::run(signer.sign_node(node.id, request, noon)));
}

TEST_F(SignerTest, RefusesANodeThatIsFrozen)
{
    node.frozen = {.at = 1, .from = "10.0.0.9"};
    store();
    EXPECT_EQ(refusal(), "it is frozen: two machines use its identity");
}

TEST_F(SignerTest, SignsByTheAuthorityThatItWasGivenLast)
{
    signer.use(*identity::make_authority("newer CA", noon - 1h, noon + 24h));
    const auto pem = *test::run(signer.sign_node(node.id, request, noon));
    EXPECT_TRUE(identity::verify(*identity::read_certificate(pem), signer.authority().certificate_pem, noon));
}

TEST_F(SignerTest, RefusesANodeThatNoClaimAllows)
{
    one.documents.erase(claim_id);
    EXPECT_EQ(refusal(), "no claim of a token allows it");
}

TEST_F(SignerTest, RefusesAClaimThatLost)
{
    Claim better;
    better.token = node.token_id;
    better.key = "first";
    oned::Document document = one.documents[claim_id];
    document.id = claim_id - 5;
    document.body = to_json(better);
    one.documents[document.id] = document;
    EXPECT_EQ(refusal(), "no claim of a token allows it");
}

TEST_F(SignerTest, DecidesNothingOnAFollowerOrWithoutOned)
{
    one.raft = oned::RaftState::follower;
    EXPECT_EQ(refusal(), "it does not lead the zone at present");
    one.away = true;
    EXPECT_FALSE(test::run(signer.sign_node(node.id, request, noon)));
}

TEST_F(SignerTest, RefusesARequestThatIsNone)
{
    EXPECT_FALSE(test::run(signer.sign_node(node.id, "garbage", noon)));
}

class HostSignerTest : public SignerTest {
protected:
    HostSignerTest()
    {
        node.name = "KVM1";
        node.address = "10.0.0.11";
        node.ssh_host_keys = {test::some_ssh_key, "sk-ssh-ed25519@openssh.com garbage"};
        node.facts.addresses = {"10.0.0.11", "10.0.0.1"};
        node.phase = Phase::joined;
        store();
        signer.vouch_with(authority.copy(), {"one.example.test"});
    }
    Result<std::vector<std::string>> sign() { return test::run(signer.sign_host(node.id, noon)); }
    std::string refusal() { return sign().error().reason; }

    one::Secret authority = *identity::make_ssh_authority();
};

TEST_F(HostSignerTest, VouchesForTheKeysOfTheDocumentUnderItsNameAndAddressAlone)
{
    const auto lines = sign();
    ASSERT_TRUE(lines) << one::to_line(lines.error());
    ASSERT_EQ(lines->size(), 1U);
    const auto certificate = *one::ssh::parse_host_certificate(lines->front());
    EXPECT_EQ(to_line(certificate.subject), test::some_ssh_key);
    EXPECT_EQ(certificate.principals, (std::vector<std::string>{"kvm1", "10.0.0.11"}));
    EXPECT_EQ(certificate.key_id, node_common_name(node.id));
    EXPECT_EQ(certificate.valid_before, noon + host_certificate_life);
    EXPECT_GT(host_certificate_life, std::chrono::hours{24 * 365});
    EXPECT_EQ(certificate.authority, *identity::ssh_public_key_of(authority));
}

TEST_F(HostSignerTest, RefusesANodeWhoseLoginWasNotProven)
{
    node.phase = Phase::enrolled;
    store();
    EXPECT_EQ(refusal(), "its login was not proven yet");
    node.proofs.login_ok = true;
    store();
    EXPECT_TRUE(sign());
}

TEST_F(HostSignerTest, RefusesWhoWasRemovedHasNoClaimOrTheFrontendsName)
{
    node.name = "One.example.test";
    store();
    EXPECT_EQ(refusal(), "its name is the front-end's");
    node.name = "kvm1";
    store();
    ASSERT_TRUE(test::run(Nodes{cloud}.ban(node.id, "alice", 1000)));
    EXPECT_EQ(refusal(), "it was removed");
    one.documents.erase(claim_id);
    EXPECT_FALSE(sign());
    one.documents.erase(node.id);
    EXPECT_FALSE(sign());
}

TEST_F(HostSignerTest, DecidesNothingOnAFollower)
{
    one.raft = oned::RaftState::follower;
    EXPECT_EQ(refusal(), "it does not lead the zone at present");
}

TEST_F(SignerTest, VouchesForNoHostWithoutAKeyOfItsOwn)
{
    EXPECT_EQ(test::run(signer.sign_host(node.id, noon)).error().reason,
              "this signer has no key for SSH host certificates");
}

TEST(CommonName, IsTheIdOfTheDocument)
{
    EXPECT_EQ(node_of_common_name(node_common_name(7)), 7);
    for (const char* other : {"", "node-", "node-x", "node-7x", "node--7", "7", "Node-7"})
        EXPECT_EQ(node_of_common_name(other), -1) << other;
}

}  // namespace
}  // namespace onefrontend
