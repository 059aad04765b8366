// A joined node that reports where it is and how it is called, as the API's callers see it.
#include "common/identity/certificate.hpp"
#include "common/identity/key.hpp"
#include "common/text/words.hpp"
#include "frontend/api/moved.hpp"
#include "frontend/api/route.hpp"
#include "frontend/signer/signer.hpp"
#include "tests/unit/frontend/api/with_service.hpp"

namespace onefrontend::api {
namespace {

using namespace std::chrono_literals;
namespace identity = one::identity;
namespace wire = one::wire;
using one::http::Response;

class Moved : public WithService {
protected:
    Moved()
    {
        Node node;
        node.name = node.facts.host_name = "kvm1";
        node.address = "10.0.0.5";
        node.facts.addresses = {"10.0.0.5"};
        node.ssh_host_keys = node.facts.ssh_host_keys = {test::some_ssh_key};
        node.phase = Phase::joined;
        node.host_id = 7;
        node.key = identity::key_fingerprint(*identity::public_key_of(key));
        one.hosts = {{.id = 7, .name = "kvm1"}};
        procedures.leads_to = {{"kvm1", "10.0.0.5"}};
        id = *test::run(service.nodes.add(node));
        certificate = *identity::issue(authority, *identity::public_key_of(key),
                                       {.common_name = node_common_name(id),
                                        .purpose = identity::Purpose::client,
                                        .not_before = now - 1h,
                                        .not_after = now + 1h});
        EXPECT_TRUE(test::run(desired.refresh()));
    }

    Response post(std::string path, std::string body = {})
    {
        one::http::Request request;
        request.method = "POST";
        request.target = std::move(path);
        request.body = std::move(body);
        request.peer.address = source;
        request.peer.certificate_pem = certificate;
        return test::run(answer(service, std::move(request)));
    }
    Response report(std::string host_name, std::vector<std::string> addresses)
    {
        wire::MovedRequest request;
        request.host_name = std::move(host_name);
        request.addresses = std::move(addresses);
        return post("/v1/moved", wire::to_json(request));
    }
    static wire::MovedAnswer read(const Response& response)
    {
        EXPECT_EQ(response.status, 200) << response.body;
        return wire::from_json<wire::MovedAnswer>(response.body).value_or(wire::MovedAnswer{});
    }
    int add_neighbour()
    {
        Node other;
        other.name = "kvm2";
        other.address = "10.0.0.6";
        other.key = "another";
        other.phase = Phase::joined;
        other.host_id = 8;
        return *test::run(service.nodes.add(other));
    }
    Node node() { return *test::run(service.nodes.get(id)); }
    std::string audit() { return site.directory.has("state/audit.log") ? site.directory.read("state/audit.log") : ""; }
    std::string address_of_peer(const std::string& name)
    {
        const auto inputs = *desired.inputs();
        for (const auto& peer : inputs->peers)
            if (peer.name == name) return peer.address;
        return {};
    }

    const identity::Time now = std::chrono::system_clock::now();
    identity::Authority authority = *identity::make_authority("test CA", now - 1h, now + 24h);
    one::Secret key = *identity::make_private_key();
    std::string certificate{};
    std::string source = "10.0.0.5";
    int id = -1;
};

TEST_F(Moved, ChangesNothingWhereNothingChanged)
{
    const auto before = to_json(node());
    EXPECT_TRUE(read(report("kvm1", {"10.0.0.5"})).findings.empty());
    EXPECT_EQ(to_json(node()), before);
    EXPECT_TRUE(procedures.calls.empty() && procedures.logins.empty());
    EXPECT_EQ(audit(), "");
}

class MovedTwin : public Moved {
protected:
    static constexpr const char* uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
    MovedTwin()
    {
        Node other;
        other.name = "kvm2";
        other.address = "10.0.0.6";
        other.key = "another";
        other.phase = Phase::joined;
        other.facts.libvirt_uuid = uuid;
        neighbour = *test::run(service.nodes.add(other));
    }
    Response report_with(std::string own_uuid, std::vector<std::string> macs = {"52:54:00:00:00:01"})
    {
        wire::MovedRequest request;
        request.host_name = "kvm1";
        request.addresses = {"10.0.0.5"};
        request.libvirt_uuid = std::move(own_uuid);
        request.iscsi_initiator = "iqn.1993-08.org.debian:01:8f2";
        request.macs = std::move(macs);
        return post("/v1/moved", wire::to_json(request));
    }
    int neighbour = -1;
};

TEST_F(MovedTwin, StaysANodeAndIsToldAndWrittenDown)
{
    const auto said = read(report_with(uuid));
    ASSERT_EQ(said.findings.size(), 1U);
    EXPECT_EQ(said.findings.front().id, "libvirt-host-uuid");
    EXPECT_EQ(said.findings.front().severity, "error");
    EXPECT_NE(said.findings.front().message.find("of node " + std::to_string(neighbour) + " (kvm2)"),
              std::string::npos);
    EXPECT_EQ(node().facts.libvirt_uuid, uuid);
    EXPECT_EQ(node().facts.iscsi_initiator, "iqn.1993-08.org.debian:01:8f2");
    EXPECT_EQ(node().phase, Phase::joined);
    EXPECT_NE(audit().find(R"("event":"twin-found")"), std::string::npos) << audit();
    const auto once = audit();
    EXPECT_EQ(read(report_with(uuid)).findings.size(), 1U) << "as long as it is so";
    EXPECT_EQ(audit(), once);
    EXPECT_TRUE(read(report_with("4c4c4544-0043-3510-8052-000000000002")).findings.empty());
}

TEST_F(MovedTwin, IsNotWhoTellsNothingOfIt)
{
    read(report_with("4c4c4544-0043-3510-8052-000000000002"));
    EXPECT_TRUE(read(post("/v1/moved", R"({"host_name":"kvm1","addresses":["10.0.0.5"]})")).findings.empty());
    EXPECT_EQ(node().facts.libvirt_uuid, "4c4c4544-0043-3510-8052-000000000002") << "an older agent changes nothing";
}

TEST_F(MovedTwin, IsRefusedWhereItTellsNonsense)
{
    EXPECT_EQ(report_with("none").status, 400);
    EXPECT_EQ(report_with(uuid, {"52"}).status, 400);
    EXPECT_EQ(post("/v1/moved", R"({"host_name":"kvm1","addresses":[],"macs":7})").status, 400);
    EXPECT_EQ(node().facts.libvirt_uuid, "");
}

TEST_F(Moved, UsesANewAddressOnceTheLoginThereIsProvenAndNotBefore)
{
    source = "10.0.0.31";
    const auto challenge = read(report("kvm1", {"10.0.0.31"})).challenge;
    EXPECT_EQ(challenge.nonce, "nonce");
    EXPECT_EQ(node().address, "10.0.0.5");
    EXPECT_EQ(node().facts.addresses, (std::vector<std::string>{"10.0.0.5"}));
    EXPECT_TRUE(procedures.logins.empty());
    procedures.leads_to["kvm1"] = "10.0.0.31";
    const auto said = read(post("/v1/moved/verdict"));
    EXPECT_EQ(procedures.logins, (std::vector<std::string>{"10.0.0.31 nonce"}));
    EXPECT_EQ(said.address, "10.0.0.31");
    EXPECT_TRUE(said.findings.empty());
    EXPECT_EQ(node().address, "10.0.0.31");
    EXPECT_EQ(node().facts.addresses, (std::vector<std::string>{"10.0.0.31"}));
    EXPECT_EQ(node().move, Move{});
    EXPECT_NE(audit().find(R"("event":"moved")"), std::string::npos);
    EXPECT_NE(audit().find(R"("from":"10.0.0.5","to":"10.0.0.31")"), std::string::npos) << audit();
}

TEST_F(Moved, LetsTheOtherNodesAndOurSshKnowAtOnce)
{
    EXPECT_EQ(address_of_peer("kvm1"), "10.0.0.5");
    source = "10.0.0.31";
    const auto revision = desired.revision();
    (void)report("kvm1", {"10.0.0.31"});
    (void)post("/v1/moved/verdict");
    EXPECT_EQ(address_of_peer("kvm1"), "10.0.0.31");
    EXPECT_GT(desired.revision(), revision);
    EXPECT_EQ(procedures.calls.back(), "trust 1");
}

// The certificate and its key were copied to a machine that has not the node's SSH host key.
TEST_F(Moved, TakesNoAddressFromWhoHasTheCertificateAlone)
{
    source = "10.0.0.66";
    procedures.other_host_key_at = source;
    EXPECT_FALSE(read(report("kvm1", {"10.0.0.66"})).challenge.nonce.empty());
    const auto said = read(post("/v1/moved/verdict"));
    EXPECT_EQ(said.address, "10.0.0.5");
    ASSERT_EQ(said.findings.size(), 1U);
    EXPECT_EQ(said.findings[0].id, "ssh-host-key");
    EXPECT_EQ(node().address, "10.0.0.5");
    EXPECT_EQ(node().move, Move{});
    EXPECT_EQ(address_of_peer("kvm1"), "10.0.0.5");
    EXPECT_NE(audit().find(R"("event":"move-refused")"), std::string::npos);
    EXPECT_NE(audit().find("another host key"), std::string::npos);
}

TEST_F(Moved, TakesNoAddressOfAnotherNode)
{
    add_neighbour();
    source = "10.0.0.6";
    EXPECT_EQ(report("kvm1", {"10.0.0.6"}).status, 409);
    EXPECT_EQ(node().address, "10.0.0.5");
    EXPECT_TRUE(procedures.logins.empty());
}

TEST_F(Moved, ProvesTheAddressThatWasReportedFromThereAlone)
{
    EXPECT_EQ(post("/v1/moved/verdict").status, 409) << "nothing was reported";
    source = "10.0.0.31";
    (void)report("kvm1", {"10.0.0.31"});
    source = "10.0.0.32";
    EXPECT_EQ(post("/v1/moved/verdict").status, 409);
    source = "10.0.0.31";
    service.being_proven.insert(id);
    EXPECT_EQ(post("/v1/moved/verdict").status, 503) << "one login at a time";
    EXPECT_TRUE(procedures.logins.empty());
}

TEST_F(Moved, IsForNodesThatJoined)
{
    const auto begin_again = [](Node& present) -> Result<> {
        present.phase = Phase::enrolled;
        return {};
    };
    ASSERT_TRUE(test::run(service.nodes.change(id, begin_again)));
    EXPECT_EQ(report("kvm1", {"10.0.0.5"}).status, 409);
    EXPECT_EQ(post("/v1/moved/verdict").status, 409);
}

TEST_F(Moved, TellsWhereTheNameNoLongerLeadsToTheNode)
{
    source = "10.0.0.31";
    (void)report("kvm1", {"10.0.0.31"});
    const auto said = read(post("/v1/moved/verdict"));
    ASSERT_EQ(said.findings.size(), 1U);
    EXPECT_EQ(said.findings[0].id, "host-name");
    EXPECT_EQ(node().name_trouble, "kvm1 does not resolve here");
    procedures.leads_to["kvm1"] = "10.0.0.31";
    EXPECT_TRUE(read(report("kvm1", {"10.0.0.31"})).findings.empty());
    EXPECT_EQ(node().name_trouble, "");
}

TEST_F(Moved, LetsARenameWaitForAnAdmin)
{
    procedures.leads_to["kvm9"] = "10.0.0.5";
    const auto said = read(report("kvm9", {"10.0.0.5"}));
    EXPECT_EQ(said.rename, "kvm9");
    EXPECT_EQ(node().name, "kvm1");
    EXPECT_EQ(one.hosts.front().name, "kvm1");
    EXPECT_EQ(node().rename.trouble, "");
    EXPECT_EQ(procedures.calls, (std::vector<std::string>{"trust 1"}));
    (void)report("kvm9", {"10.0.0.5"});
    EXPECT_EQ(one::split_lines(audit()).size(), 1U) << "told once: " << audit();
    EXPECT_NE(audit().find(R"("event":"rename-asked")"), std::string::npos);
}

TEST_F(Moved, TakesNoAnswerOfAnAdminBackThatCameMeanwhile)
{
    procedures.leads_to["kvm9"] = "10.0.0.5";
    (void)report("kvm9", {"10.0.0.5"});
    const Node before = node();
    const auto reject = [](Node& present) -> Result<> {
        present.rename.rejected = true;
        return {};
    };
    ASSERT_TRUE(test::run(service.nodes.change(id, reject)));
    Node after = before;
    after.name_trouble = "it does not resolve here";
    EXPECT_EQ(test::run(store_whereabouts(service, before, after)).error().kind, one::ErrorKind::busy);
    EXPECT_TRUE(node().rename.rejected);
    EXPECT_EQ(node().name_trouble, "");
}

TEST_F(Moved, AsksForNoNameOfAnotherMachine)
{
    const auto other = std::to_string(add_neighbour());
    procedures.leads_to["kvm2"] = "10.0.0.6";
    (void)report("kvm2", {"10.0.0.5", "10.0.0.6"});
    EXPECT_EQ(node().rename.trouble, "node " + other + " at 10.0.0.6 has it (joined)");
    // A name that nobody has yet, but that leads elsewhere: what it says of its own addresses counts for nothing.
    procedures.leads_to["storage"] = "10.0.0.99";
    (void)report("storage", {"10.0.0.5", "10.0.0.99"});
    EXPECT_EQ(node().rename.trouble, "storage does not resolve here");
}

TEST_F(Moved, BelievesNoListThatIsNone)
{
    EXPECT_EQ(report("kvm1", {"10.0.0.5", "not an address"}).status, 400);
    EXPECT_EQ(report("kvm1\n", {"10.0.0.5"}).status, 400);
    EXPECT_EQ(post("/v1/moved", "{").status, 400);
}

}  // namespace
}  // namespace onefrontend::api
