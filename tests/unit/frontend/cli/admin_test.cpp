// token and node verbs, over an OpenNebula in memory.
#include "frontend/cli/admin.hpp"

#include "frontend/cli/ca.hpp"
#include "frontend/cli/keys.hpp"
#include "frontend/enroll/bans.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/key_ring.hpp"
#include "frontend/enroll/nodes.hpp"
#include "frontend/enroll/revocations.hpp"
#include "frontend/enroll/waiting.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

namespace onefrontend::cli {
namespace {

class AdminVerbs : public testing::Test {
protected:
    AdminVerbs() { use(false); }

    void use(bool json)
    {
        terminal = std::make_unique<Terminal>(out, errors, json);
        admin.config = &site.config;
        admin.cloud = &cloud;
        admin.user = "alice";
        admin.pin = test::some_pin;
        admin.audit = [log = Audit{site.directory.path("audit.log")}](const auto& event) { return log.write(event); };
        admin.out = terminal.get();
        admin.now = 1'000'000;
    }
    Exit run(Async<Result<Exit>> verb)
    {
        const auto exit = test::run(std::move(verb));
        if (!exit) errors << one::to_text(exit.error());
        return exit ? *exit : Exit::failed;
    }
    std::string audit() { return site.directory.read("audit.log"); }
    int add_node(const char* name, int host = -1)
    {
        Node node;
        node.name = name;
        node.key = node.claimed_key = std::string{"key-"} + name;
        node.token_id = 50;
        node.host_id = host;
        node.phase = host < 0 ? Phase::enrolled : Phase::joined;
        return one.put(node_document, to_json(node));
    }
    Node stored(int id) { return *test::run(Nodes{cloud}.get(id)); }

    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    std::ostringstream out{};
    std::ostringstream errors{};
    std::unique_ptr<Terminal> terminal{};
    Admin admin{};
};

std::vector<std::string> lines_of(const std::string& text)
{
    std::istringstream stream{text};
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

TEST_F(AdminVerbs, PrintTheCommandWithoutTheTokenAndTheTokenAlone)
{
    ASSERT_EQ(run(token_create(admin, {.uses = 2, .life = std::chrono::hours{2}, .name = ""})), Exit::ok);
    const auto lines = lines_of(out.str());
    EXPECT_EQ(lines.at(2), "    onenode join one.example.test");
    EXPECT_TRUE(one::parse_join_token(lines.at(6))) << lines.at(6);
    EXPECT_EQ(lines.at(8), "Works for 2 machines, until 1970-01-12 15:46 UTC (in 2h).");
    EXPECT_EQ(lines.at(9), "one.example.test must be reachable from there.");
    EXPECT_NE(audit().find("\"event\":\"token-created\",\"by\":\"alice\""), std::string::npos);
    EXPECT_EQ(audit().find(one::parse_join_token(lines.at(6))->secret.reveal()), std::string::npos);
}

TEST_F(AdminVerbs, NameAPortThatIsNotTheUsualOne)
{
    site.config.listen_port = 4225;
    site.config.server_names = {"2001:db8::1"};
    run(token_create(admin, {}));
    EXPECT_NE(out.str().find("onenode join [2001:db8::1]:4225\n"), std::string::npos);
}

TEST_F(AdminVerbs, GiveProgramsTheSameAsJson)
{
    use(true);
    run(token_create(admin, {.uses = 1, .life = std::chrono::hours{1}, .name = "kvm1"}));
    const auto made = Json::parse(out.str());
    EXPECT_EQ(made["command"], "onenode join one.example.test");
    EXPECT_EQ(made["name"], "kvm1");
    EXPECT_EQ(made["expires_at"], 1'003'600);
    EXPECT_TRUE(one::parse_join_token(made["token"].get<std::string>()));
}

TEST_F(AdminVerbs, RevokeTheEarlierTokenForAName)
{
    run(token_create(admin, {.uses = 1, .life = std::chrono::hours{1}, .name = "kvm1"}));
    run(token_create(admin, {.uses = 1, .life = std::chrono::hours{1}, .name = "KVM1"}));
    EXPECT_NE(out.str().find("Token 100, made for the same name before, was revoked."), std::string::npos);
    EXPECT_TRUE(test::run(Tokens{cloud}.get(100))->revoked);
    EXPECT_FALSE(test::run(Tokens{cloud}.get(101))->revoked);
}

TEST_F(AdminVerbs, ListTokensWithTheirUsesLeft)
{
    run(token_create(admin, {.uses = 2, .life = std::chrono::hours{1}, .name = ""}));
    Claim claim;
    claim.token = 100;
    claim.key = "a";
    one.put(claim_document, to_json(claim));
    out.str("");
    ASSERT_EQ(run(token_list(admin)), Exit::ok);
    EXPECT_EQ(lines_of(out.str()).at(1),
              "100  valid  1 of 2     1970-01-12 14:46 UTC  any   alice       a machine that is gone");
    admin.now += 3600;
    out.str("");
    run(token_list(admin));
    EXPECT_NE(out.str().find("100  expired"), std::string::npos);
}

TEST_F(AdminVerbs, TellWhichNodeKeyAndAddressUsedAToken)
{
    use(true);
    run(token_create(admin, {.uses = 3}));
    Node node;
    node.name = "kvm1";
    node.address = "10.0.0.5";
    node.key = "renewed";
    node.claimed_key = "a";
    node.token_id = 100;
    one.put(node_document, to_json(node));
    for (const char* key : {"a", "b"}) {
        Claim claim;
        claim.token = 100;
        claim.key = key;
        claim.at = 1'000'000;
        one.put(claim_document, to_json(claim));
    }
    out.str("");
    run(token_list(admin));
    const auto users = Json::parse(out.str())["used_by"];
    EXPECT_EQ(users.at(0)["name"], "kvm1");
    EXPECT_EQ(users.at(0)["address"], "10.0.0.5");
    EXPECT_EQ(users.at(0)["key"], "a");
    EXPECT_EQ(users.at(0)["at"], "1970-01-12 13:46 UTC");
    EXPECT_EQ(users.at(1)["node"], "") << "it is gone, its key is not forgotten";
    EXPECT_EQ(users.at(1)["key"], "b");
    use(false);
    out.str("");
    run(token_list(admin));
    EXPECT_NE(out.str().find("kvm1 (10.0.0.5), a machine that is gone"), std::string::npos) << out.str();
}

TEST_F(AdminVerbs, PrintATokenAsUserDataOfCloudInitAndNothingElse)
{
    TokenWish wish;
    wish.name = "kvm1";
    wish.limits = {.networks = {"10.0.0.0/8"}, .replaces = true};
    ASSERT_EQ(run(token_create(admin, wish, TokenForm::cloud_init)), Exit::ok);
    const auto text = out.str();
    EXPECT_TRUE(text.starts_with("#cloud-config\n")) << text;
    EXPECT_NE(text.find("works for one machine named kvm1, from 10.0.0.0/8, in place of the host of that name, until"),
              std::string::npos)
        << text;
    EXPECT_NE(
        text.find("  - [onenode, join, 'one.example.test', --unattended, --token-file, /run/onenode-join-token]\n"),
        std::string::npos);
    const auto at = text.find("      ont1.");
    ASSERT_NE(at, std::string::npos);
    EXPECT_TRUE(one::parse_join_token(text.substr(at + 6, text.find('\n', at) - at - 6)));
    EXPECT_EQ(text.find("ont1.", at + 12), std::string::npos) << "in the file alone, never in a command";
}

TEST_F(AdminVerbs, TellAMachineOfWhichTypeItsTokenLetsItBe)
{
    TokenWish wish;
    wish.limits.type = "qemu";
    run(token_create(admin, wish));
    EXPECT_NE(out.str().find("\n    onenode join one.example.test --type qemu\n"), std::string::npos) << out.str();
    out.str("");
    run(token_create(admin, wish, TokenForm::json));
    EXPECT_EQ(Json::parse(out.str())["command"], "onenode join one.example.test --type qemu");
    out.str("");
    run(token_create(admin, wish, TokenForm::cloud_init));
    EXPECT_NE(out.str().find("'one.example.test', --unattended, --type, qemu, --token-file"), std::string::npos)
        << out.str();
}

TEST_F(AdminVerbs, PrintATokenAsOneObject)
{
    ASSERT_EQ(run(token_create(admin, {}, TokenForm::json)), Exit::ok);
    const auto made = Json::parse(out.str());
    EXPECT_EQ(made["frontend"], "one.example.test");
    EXPECT_TRUE(one::parse_join_token(made["token"].get<std::string>()));
}

TEST_F(AdminVerbs, RevokeOnceAndSaySo)
{
    run(token_create(admin, {}));
    out.str("");
    EXPECT_EQ(run(token_revoke(admin, "100")), Exit::ok);
    EXPECT_EQ(run(token_revoke(admin, "100")), Exit::ok);
    EXPECT_EQ(out.str(),
              "Token 100 is revoked. Who joined with it stays.\nToken 100 was revoked before; nothing changed.\n");
    EXPECT_EQ(run(token_revoke(admin, "999")), Exit::failed);
    EXPECT_EQ(run(token_revoke(admin, "ont1.7.secret")), Exit::failed);
    EXPECT_EQ(errors.str().find("secret"), std::string::npos);
}

TEST_F(AdminVerbs, ShowNodes)
{
    const int id = add_node("kvm1", 7);
    ASSERT_EQ(run(node_list(admin)), Exit::ok);
    EXPECT_NE(out.str().find("kvm1"), std::string::npos);
    EXPECT_EQ(run(node_show(admin, std::to_string(id))), Exit::ok);
    EXPECT_NE(out.str().find("key-kvm1"), std::string::npos);
    EXPECT_EQ(run(node_show(admin, "kvm9")), Exit::failed);
    EXPECT_NE(errors.str().find("onefrontend node list"), std::string::npos);
}

class Approvals : public AdminVerbs {
protected:
    std::string wait_for_approval()
    {
        one::wire::AskRequest request;
        request.secret_hash = std::string(64, 'a');
        request.facts.host_name = "kvm9";
        request.facts.os = "debian 12";
        request.facts.ssh_host_keys = {test::some_ssh_key};
        return test::run(WaitingRoom{cloud}.ask(request, "10.0.0.9", admin.now))->waiting.code;
    }
};

TEST_F(Approvals, AreListedAmongTheNodesAndShownWithTheirFacts)
{
    const auto code = wait_for_approval();
    EXPECT_EQ(run(node_list(admin)), Exit::ok);
    EXPECT_NE(out.str().find(code + "  kvm9"), std::string::npos) << out.str();
    EXPECT_EQ(run(node_show(admin, code)), Exit::ok);
    EXPECT_NE(out.str().find("debian 12"), std::string::npos);
    EXPECT_NE(out.str().find(test::some_ssh_key), std::string::npos);
}

TEST_F(Approvals, SayYesOrNoAndTellTheAuditLog)
{
    const auto code = wait_for_approval();
    EXPECT_EQ(run(node_approve(admin, code)), Exit::ok);
    EXPECT_EQ(one.count(token_document), 1);
    EXPECT_NE(audit().find(R"("event":"approved")"), std::string::npos) << audit();
    EXPECT_EQ(run(node_reject(admin, code)), Exit::ok);
    EXPECT_NE(audit().find(R"("event":"rejected")"), std::string::npos);
    EXPECT_EQ(run(node_approve(admin, "BCDF-GHJK")), Exit::failed);
}

TEST_F(Approvals, TellOfNodesThatAreLikeTheMachine)
{
    Node twin;
    twin.name = "kvm5";
    twin.address = "10.0.0.55";
    twin.key = "another";
    twin.phase = Phase::joined;
    twin.facts.ssh_host_keys = {test::some_ssh_key};
    const auto id = std::to_string(one.put(node_document, to_json(twin)));
    const auto code = wait_for_approval();
    run(node_list(admin));
    EXPECT_NE(out.str().find("waiting, like " + id), std::string::npos) << out.str();
    out.str("");
    run(node_show(admin, code));
    EXPECT_NE(out.str().find("shares           the SSH host key"), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("of node " + id + " (kvm5) at 10.0.0.55"), std::string::npos) << out.str();
    EXPECT_EQ(run(node_approve(admin, code)), Exit::warnings);
    EXPECT_NE(errors.str().find("warning: kvm9 at 10.0.0.9 has the SSH host key"), std::string::npos) << errors.str();
    EXPECT_EQ(one.count(token_document), 1);
}

TEST_F(Approvals, AreRefusedForAMachineWithTheUuidOfANode)
{
    Node twin;
    twin.name = "kvm5";
    twin.address = "10.0.0.55";
    twin.key = "another";
    twin.phase = Phase::joined;
    twin.facts.libvirt_uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
    one.put(node_document, to_json(twin));
    one::wire::AskRequest request;
    request.secret_hash = std::string(64, 'a');
    request.facts.host_name = "kvm9";
    request.facts.ssh_host_keys = {test::some_ssh_key};
    request.facts.libvirt_uuid = twin.facts.libvirt_uuid;
    const auto code = test::run(WaitingRoom{cloud}.ask(request, "10.0.0.9", admin.now))->waiting.code;
    EXPECT_EQ(run(node_approve(admin, code)), Exit::failed);
    EXPECT_NE(errors.str().find("cannot use the host UUID 4c4c4544-0043-3510-8052-b4c04f4d3732: node"),
              std::string::npos)
        << errors.str();
    EXPECT_EQ(one.count(token_document), 0);
}

TEST_F(AdminVerbs, ShowWhichNodesAreAlike)
{
    Node node;
    node.key = "k";
    node.facts.iscsi_initiator = "iqn.1993-08.org.debian:01:8f2";
    node.name = "kvm1";
    const auto first = std::to_string(one.put(node_document, to_json(node)));
    node.name = "kvm2";
    node.address = "10.0.0.2";
    const auto second = std::to_string(one.put(node_document, to_json(node)));
    run(node_list(admin));
    EXPECT_NE(out.str().find("enrolled, like " + second), std::string::npos) << out.str();
    EXPECT_NE(out.str().find("enrolled, like " + first), std::string::npos) << out.str();
    out.str("");
    use(true);
    run(node_show(admin, "kvm1"));
    EXPECT_EQ(Json::parse(out.str())["shares"].front(),
              "the iSCSI initiator name iqn.1993-08.org.debian:01:8f2 of node " + second + " (kvm2) at 10.0.0.2");
}

TEST_F(AdminVerbs, ShowTheFingerprintThatAMachineIsComparedWith)
{
    EXPECT_EQ(run(ca_status(admin)), Exit::ok);
    EXPECT_NE(out.str().find(test::some_pin), std::string::npos);
}

TEST_F(AdminVerbs, RemoveANodeItsHostAndWhatItsTokenIsGoodFor)
{
    add_node("kvm1", 7);
    one.hosts = {{.id = 7, .name = "kvm1", .onenode = ""}, {.id = 8, .name = "other"}};
    Claim claim;
    claim.token = 50;
    claim.key = "key-kvm1";
    const int claim_id = one.put(claim_document, to_json(claim));
    ASSERT_EQ(run(node_remove(admin, "KVM1")), Exit::ok);
    EXPECT_EQ(one.count(node_document), 0);
    EXPECT_EQ(one.hosts.size(), 1U);
    EXPECT_TRUE(claim_from_json(claim_id, one.documents.at(claim_id).body)->closed);
    EXPECT_NE(audit().find("host-removed"), std::string::npos);
    EXPECT_NE(audit().find("node-removed"), std::string::npos);
}

TEST_F(AdminVerbs, RevokeTheHostKeysOfANodeThatIsRemoved)
{
    auto node = *test::run(Nodes{cloud}.get(add_node("kvm1", 7)));
    node.phase = Phase::joined;
    node.ssh_host_keys = {test::some_ssh_key};
    const auto put = [&node](Node& present) -> Result<> {
        present = node;
        return {};
    };
    Nodes nodes{cloud};
    ASSERT_TRUE(test::run(nodes.change(node.id, put)));
    ASSERT_EQ(run(node_remove(admin, "kvm1")), Exit::ok);
    EXPECT_EQ(test::run(find_vouching(cloud, {}))->revoked, std::vector<std::string>{test::some_ssh_key});
}

TEST_F(AdminVerbs, KeepAHostWithVmsButRefuseItsCertificate)
{
    const int id = add_node("kvm1", 7);
    one.hosts = {{.id = 7, .name = "kvm1", .running_vms = 2, .vms = {1, 2}}};
    EXPECT_EQ(run(node_remove(admin, "kvm1")), Exit::warnings);
    EXPECT_TRUE(stored(id).banned);
    EXPECT_EQ(one.hosts.size(), 1U);
    EXPECT_NE(errors.str().find("2 VMs are on it"), std::string::npos);
    one.hosts[0].running_vms = 0;
    one.hosts[0].vms.clear();
    use(false);  // a process of its own, that has warned of nothing
    EXPECT_EQ(run(node_remove(admin, "kvm1")), Exit::ok);
    EXPECT_EQ(one.count(node_document), 0);
    Bans bans{cloud};
    ASSERT_TRUE(test::run(bans.forget_old({}, admin.now + 61)));
    EXPECT_EQ(one.count(ban_document), 0);
}

TEST_F(AdminVerbs, BanAMachineAndLetItComeBackOnceItIsRemoved)
{
    const int id = add_node("kvm1", 7);
    one.hosts = {{.id = 7, .name = "kvm1"}};
    ASSERT_EQ(run(node_ban(admin, "kvm1")), Exit::ok);
    EXPECT_NE(out.str().find("may not join again until `onefrontend node remove " + std::to_string(id)),
              std::string::npos);
    EXPECT_TRUE(one.hosts.empty());
    EXPECT_EQ(one.count(node_document), 0);
    out.str("");
    run(node_list(admin));
    EXPECT_NE(out.str().find("kvm1  -     -        banned"), std::string::npos) << out.str();
    Bans bans{cloud};
    EXPECT_FALSE(must_not_be_banned(*test::run(bans.all()), "key-kvm1", {}));

    ASSERT_EQ(run(node_remove(admin, "kvm1")), Exit::ok);
    EXPECT_TRUE(must_not_be_banned(*test::run(bans.all()), "key-kvm1", {}));
    EXPECT_NE(audit().find("node-banned"), std::string::npos);
    EXPECT_NE(audit().find("ban-lifted"), std::string::npos);
    EXPECT_EQ(run(node_remove(admin, "kvm1")), Exit::failed);
}

TEST_F(AdminVerbs, BanAlsoWhileVmsAreOnTheHostAndSayWhatIsLeftToDo)
{
    const int id = add_node("kvm1", 7);
    one.hosts = {{.id = 7, .name = "kvm1", .running_vms = 1, .vms = {1}}};
    EXPECT_EQ(run(node_ban(admin, "kvm1")), Exit::warnings);
    EXPECT_TRUE(stored(id).banned);
    EXPECT_NE(errors.str().find("onefrontend node ban " + std::to_string(id)), std::string::npos);
    run(node_list(admin));
    EXPECT_NE(out.str().find("banned"), std::string::npos);
}

TEST_F(AdminVerbs, LetAFrozenNodeGoOn)
{
    const int id = add_node("kvm1", 7);
    auto node = stored(id);
    node.frozen = {.at = 999'000, .from = "10.0.0.9"};
    one.documents[id].body = to_json(node);
    run(node_list(admin));
    EXPECT_NE(out.str().find("frozen"), std::string::npos);
    run(node_show(admin, "kvm1"));
    EXPECT_NE(out.str().find("an older certificate, used from 10.0.0.9"), std::string::npos);
    EXPECT_EQ(run(node_approve(admin, "kvm1")), Exit::ok);
    EXPECT_FALSE(is_frozen(stored(id)));
    EXPECT_NE(audit().find("node-thawed"), std::string::npos);
}

TEST_F(AdminVerbs, ShowWhichNodesLetWhichKeyIn)
{
    KeyRing ring;
    ring.keys = {{.line = std::string{test::some_ssh_key} + " new", .since = 1}};
    ASSERT_TRUE(test::run(store_key_ring(cloud, ring)));
    for (const char* name : {"kvm1", "kvm2"})
        add_node(name, 7);
    auto node = stored(101);
    node.oneadmin_keys = fingerprints_of({test::some_ssh_key});
    one.documents[101].body = to_json(node);
    ASSERT_EQ(run(keys_status(admin)), Exit::ok);
    EXPECT_NE(out.str().find("in use  1 of 2  kvm2"), std::string::npos) << out.str();

    ring = *test::run(find_key_ring(cloud));
    ring.keys.front().gone_at = admin.now;
    ASSERT_TRUE(test::run(store_key_ring(cloud, ring)));
    out.str("");
    run(keys_status(admin));
    EXPECT_NE(out.str().find("goes 1970-01-12 14:46 UTC"), std::string::npos) << out.str();
}

TEST_F(AdminVerbs, RemoveAHostThatOnlyTheIntentNamesUnlessAnotherMarkedIt)
{
    const int id = add_node("kvm1");
    auto node = stored(id);
    node.intent.host_name = "kvm1";
    one.documents[id].body = to_json(node);
    one.hosts = {{.id = 7, .name = "kvm1", .onenode = "somebody else's"}};
    EXPECT_EQ(run(node_remove(admin, "kvm1")), Exit::ok);
    EXPECT_EQ(one.hosts.size(), 1U);
}

TEST_F(AdminVerbs, TakeANumberForAnIdEvenWhereAnotherNodeHasItAsItsName)
{
    const int named = add_node("101");
    const int meant = add_node("kvm1");
    ASSERT_EQ(meant, 101);
    EXPECT_EQ(run(node_remove(admin, "101")), Exit::ok);
    EXPECT_TRUE(one.documents.contains(named));
    EXPECT_FALSE(one.documents.contains(meant));
}

// Between any two calls of the removal the node's registration makes its host.
TEST_F(AdminVerbs, RemoveAlsoAHostThatIsRegisteredMeanwhile)
{
    auto& loop = test::shared_loop();
    bool ended = false;
    for (int before = 0; !ended; ++before) {
        const int id = add_node("kvm1");
        one.hosts = {{.id = 8, .name = "other"}};
        test::FakeCloud slow{one};
        slow.take_turns(loop.get_executor());
        admin.cloud = &slow;
        auto removed = one::asio::co_spawn(loop, node_remove(admin, "kvm1"), one::asio::use_future);
        const auto step = [&] {
            loop.restart();
            loop.poll();
            ended = removed.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
            if (!ended) slow.go_on();
        };
        for (int call = 0; call < before && !ended; ++call)
            step();
        const bool all_before = ended;
        if (one.documents.contains(id)) {  // else the registration is refused
            auto registering = *node_from_json(id, one.documents[id].body);
            registering.phase = Phase::registering;
            registering.intent = {.host_name = "kvm1", .host_id = 9, .deadline = 1};
            one.documents[id].body = to_json(registering);
            one.hosts.push_back({.id = 9, .name = "kvm1"});
        }
        while (!ended)
            step();
        EXPECT_TRUE(removed.get());
        EXPECT_EQ(one.hosts.size(), 1U) << "registered after " << before << " calls";
        ended = all_before;
    }
}

TEST_F(AdminVerbs, WarnWhereTheAuditLogCannotBeWritten)
{
    admin.audit = [log = Audit{"/nowhere/audit.log"}](const auto& event) { return log.write(event); };
    EXPECT_EQ(run(token_create(admin, {})), Exit::warnings);
    EXPECT_NE(errors.str().find("audit log"), std::string::npos);
    EXPECT_NE(out.str().find("ont1."), std::string::npos) << "the token was made, so it is shown";
}

}  // namespace
}  // namespace onefrontend::cli
