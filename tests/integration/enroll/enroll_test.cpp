// A machine joins a real service over TLS: certificates, tokens, renewal, and who may not.
#include "common/identity/certificate.hpp"
#include "frontend/enroll/claims.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/enroll/tokens.hpp"
#include "frontend/oned/client.hpp"
#include "frontend/oned/document_types.hpp"
#include "tests/integration/enroll/front_end.hpp"

#include <gtest/gtest.h>

#include <signal.h>

namespace onefrontend::test {
namespace {

namespace http = one::http;
namespace wire = one::wire;
using namespace std::chrono_literals;

class Enrolled : public testing::Test {
protected:
    void SetUp() override
    {
        if (own_address().empty())
            GTEST_SKIP() << "this machine has loopback addresses only, and SSH never goes back to those";
        frontend = std::make_unique<FrontEnd>();
        serve = frontend->service("serve", frontend->oned_port());
        port = FrontEnd::port_of(*serve);
    }
    http::Response enroll(const Machine& machine, const std::string& token)
    {
        auto response = one::run_to_end(loop, enroll_patiently(loop, *frontend, port, machine, token));
        EXPECT_TRUE(response) << serve->log();
        return response ? *response : http::Response{};
    }
    http::Response call(const http::Identity& own, const std::string& path, const std::string& body = {})
    {
        auto client = client_to(loop, *frontend, port, own);
        auto response = one::run_to_end(loop, body.empty() ? get(client, path) : post(client, path, body));
        EXPECT_TRUE(response) << one::to_line(response.error());
        return response ? *response : http::Response{};
    }
    std::string refusal(const http::Response& response)
    {
        EXPECT_EQ(response.status, 403) << response.body;
        const auto error = wire::from_json<wire::ApiError>(response.body);
        return error ? error->reason : response.body;
    }
    std::string create_token(std::vector<std::string> words = {})
    {
        return frontend->token(std::move(words))["token"].get<std::string>();
    }

    std::unique_ptr<FrontEnd> frontend{};
    std::unique_ptr<Program> serve{};
    int port = 0;
    one::asio::io_context loop{};
};

TEST_F(Enrolled, GetsACertificateThatOpensItsDesiredState)
{
    const Machine machine{"kvm1"};
    const auto response = enroll(machine, create_token());
    ASSERT_EQ(response.status, 200) << response.body;
    const auto enrolled = *wire::from_json<wire::EnrollAnswer>(response.body);
    const auto certificate = *one::identity::read_certificate(enrolled.certificate_chain);
    EXPECT_TRUE(one::identity::verify(certificate, frontend->authority(), std::chrono::system_clock::now()));
    EXPECT_EQ(enrolled.desired.node_name, machine.name);
    EXPECT_EQ(enrolled.desired.opennebula, "7.4.0");

    const http::Identity own{enrolled.certificate_chain, machine.key.copy()};
    EXPECT_EQ(call(own, "/v1/desired").status, 200);
    EXPECT_EQ(call({}, "/v1/desired").status, 403);

    const Machine renewed{"kvm1"};
    wire::RenewRequest renewal;
    renewal.certificate_request = renewed.request;
    const auto fresh = *wire::from_json<wire::RenewAnswer>(call(own, "/v1/renew", wire::to_json(renewal)).body);
    const http::Identity next{fresh.certificate_chain, renewed.key.copy()};
    EXPECT_EQ(call(own, "/v1/desired").status, 200) << "until the new key is used";
    EXPECT_EQ(call(next, "/v1/desired").status, 200);
    EXPECT_EQ(call(own, "/v1/desired").status, 403) << "now it is";

    const auto [exit, text] = frontend->verb({"node", "remove", renewed.name});
    EXPECT_EQ(exit, 0) << text;
    const auto gone = call(next, "/v1/desired");
    EXPECT_EQ(gone.status, 404) << gone.body;
    EXPECT_NE(gone.body.find("it was removed"), std::string::npos);
}

TEST_F(Enrolled, IsNobodyWithABadToken)
{
    const Machine machine{"kvm1"};
    const auto token = create_token();
    auto wrong = *one::parse_join_token(token);
    wrong.secret = one::make_join_secret();
    EXPECT_EQ(refusal(enroll(machine, std::string{to_text(wrong).reveal()})), "it was not accepted");
    auto unknown = *one::parse_join_token(token);
    unknown.id += 1000;
    EXPECT_EQ(refusal(enroll(machine, std::string{to_text(unknown).reveal()})), "it was not accepted");

    const auto made = frontend->token();
    frontend->verb({"token", "revoke", std::to_string(made["id"].get<int>())});
    EXPECT_EQ(refusal(enroll(machine, made["token"].get<std::string>())), "it was revoked");

    const auto short_lived = frontend->token({"--life", "1s"});
    const auto expires =
        std::chrono::system_clock::time_point{std::chrono::seconds{short_lived["expires_at"].get<std::int64_t>()}};
    one::run_to_end(loop,
                    one::pause(std::max(0ns, std::chrono::nanoseconds{expires - std::chrono::system_clock::now()})));
    EXPECT_EQ(refusal(enroll(machine, short_lived["token"].get<std::string>())), "it has expired");

    EXPECT_EQ(enroll(machine, token).status, 200);
    EXPECT_NE(refusal(enroll(Machine{"kvm2"}, token)).find("uses are spent"), std::string::npos);
    const auto audit = frontend->audit();
    for (const char* reason : {"wrong", "unknown", "revoked", "expired", "used"})
        EXPECT_NE(audit.find("\"reason\":\"" + std::string{reason} + "\""), std::string::npos) << reason;
    EXPECT_EQ(audit.find(one::parse_join_token(token)->secret.reveal()), std::string::npos);
}

TEST_F(Enrolled, IsNobodyByADocumentThatAnotherUserOfTheCloudWrote)
{
    one::JoinToken forged;
    forged.secret = one::make_join_secret();
    forged.pin = one::parse_join_token(create_token())->pin;
    Token token;
    token.secret_hash = one::hash_of_join_secret(forged.secret);
    token.uses = 10;
    token.expires_at = std::int64_t{1} << 40;
    oned::Options options;
    options.endpoint.port = frontend->oned_port();
    oned::Client mallory{options, *oned::read_session(frontend->site.directory.path("mallory_auth"))};
    forged.id = *one::run_to_end(loop, mallory.allocate_document(token_document, "onenode-token", to_json(token)));
    EXPECT_EQ(refusal(enroll(Machine{"kvm1"}, std::string{to_text(forged).reveal()})), "it was not accepted");
}

TEST_F(Enrolled, MayUseTheTokenOfAnotherAdministrator)
{
    const auto made = frontend->token({}, frontend->config_file("alice", frontend->oned_port(), "alice_auth"));
    EXPECT_EQ(enroll(Machine{"kvm1"}, made["token"].get<std::string>()).status, 200);
    EXPECT_NE(frontend->audit().find("\"event\":\"token-created\",\"by\":\"alice\""), std::string::npos);
}

TEST_F(Enrolled, MayNotUseATokenOfAUserWhoIsNoAdministrator)
{
    const auto [exit, text] =
        frontend->verb({"token", "create"}, frontend->config_file("mallory", frontend->oned_port(), "mallory_auth"));
    EXPECT_NE(exit, 0);
    EXPECT_NE(text.find("ask an administrator"), std::string::npos) << text;
    EXPECT_EQ(text.find("ont1."), std::string::npos);
}

TEST_F(Enrolled, EndsInOrderWhenTheServiceIsTold)
{
    serve->kill(SIGTERM);
    EXPECT_EQ(serve->wait(), 0) << serve->log();
}

one::Async<> ask_into(http::Client& client, std::string path, std::string known, std::optional<http::Response>& into)
{
    http::Request request;
    request.target = std::move(path);
    request.headers.emplace_back("If-None-Match", '"' + known + '"');
    auto answer = co_await client.exchange(std::move(request), 60s);
    if (answer) into = *std::move(answer);
}

TEST_F(Enrolled, WaitsAtAnotherReplicaWhenTheFirstOneEnds)
{
    const Machine machine{"kvm1"};
    const auto response = enroll(machine, create_token());
    const auto enrolled = *wire::from_json<wire::EnrollAnswer>(response.body);
    const http::Identity own{enrolled.certificate_chain, machine.key.copy()};
    auto client = client_to(loop, *frontend, port, own);
    const auto first = one::run_to_end(loop, get(client, "/v1/desired"));
    ASSERT_TRUE(first);
    const auto version = wire::from_json<wire::DesiredState>(first->body)->version;

    std::optional<http::Response> waited;
    one::Tasks tasks{loop.get_executor()};
    tasks.spawn("wait", ask_into(client, "/v1/desired?wait=50", version, waited));
    one::run_to_end(loop, one::pause(1s));
    EXPECT_FALSE(waited) << waited->body;
    const auto told = std::chrono::steady_clock::now();
    serve->kill(SIGTERM);
    EXPECT_TRUE(one::run_to_end(loop, tasks.drain(30s)));
    EXPECT_LT(std::chrono::steady_clock::now() - told, 15s);
    ASSERT_TRUE(waited) << "an answer, not a cut connection";
    EXPECT_EQ(waited->status, 304);
    EXPECT_EQ(serve->wait(), 0) << serve->log();

    const auto other = frontend->service("other", frontend->oned_port());
    auto again = client_to(loop, *frontend, FrontEnd::port_of(*other), own);
    std::optional<http::Response> resumed;
    for (int i = 0; i < 100 && (!resumed || resumed->status == 503); ++i) {  // it may not know OpenNebula's version yet
        one::run_to_end(loop, ask_into(again, "/v1/desired", version, resumed));
        one::run_to_end(loop, one::pause(50ms));
    }
    ASSERT_TRUE(resumed);
    EXPECT_EQ(resumed->status, 304) << "both tell the same version";
}

TEST_F(Enrolled, IsAskedToComeAgainWhileTheSignerIsAway)
{
    frontend->verb({"version"});
    auto away = frontend->config_file("away", frontend->oned_port());
    auto tree = Json::parse(frontend->site.directory.read("away.yaml"));
    tree["signer_socket"] = frontend->site.directory.path("none.sock");
    frontend->site.directory.write("away.yaml", dump(tree));
    Program other{{ONEFRONTEND, "serve", "--config", away}, frontend->site.directory.path("away.log")};
    int other_port = FrontEnd::port_of(other);
    const Machine machine{"kvm1"};
    const auto token = create_token();
    auto client = client_to(loop, *frontend, other_port, {});
    http::Response response;
    for (int i = 0; i < 50 && response.status != 503; ++i) {  // at first it may not know OpenNebula's version yet
        response = *one::run_to_end(loop, post(client, "/v1/enroll", machine.enroll_body(token)));
        if (response.body.find("signer") == std::string::npos) response.status = 0;
    }
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(enroll(machine, token).status, 200) << "its use was not lost";
}

TEST_F(Enrolled, IsAskedToComeAgainWhereOnedTakesTheServicesOwnPasswordNoMore)
{
    const Machine machine{"kvm1"};
    const auto enrolled = *wire::from_json<wire::EnrollAnswer>(enroll(machine, create_token()).body);
    const http::Identity own{enrolled.certificate_chain, machine.key.copy()};

    frontend->site.directory.write("former_auth", "oneadmin:changed since\n");
    const Program other{
        {ONEFRONTEND, "serve", "--config", frontend->config_file("other", frontend->oned_port(), "former_auth")},
        frontend->site.directory.path("other.log")};
    port = FrontEnd::port_of(other);
    const auto response = call(own, "/v1/desired");
    EXPECT_EQ(response.status, 503) << "403 would end its agent: " << response.body;
    EXPECT_FALSE(response.header("Retry-After").empty());
    EXPECT_NE(response.body.find("oned_auth"), std::string::npos) << response.body;
    EXPECT_EQ(response.body.find("changed since"), std::string::npos);
}

TEST_F(Enrolled, HasOneCaForAllReplicas)
{
    auto tree = Json::parse(frontend->site.directory.read("serve.yaml"));
    tree["state_dir"] = frontend->site.directory.path("replica");
    frontend->site.directory.write("replica.yaml", dump(tree));
    const auto [exit, text] = frontend->verb({"init"}, frontend->site.directory.path("replica.yaml"));
    EXPECT_EQ(exit, 2);
    EXPECT_NE(text.find("its files are not in this state_dir"), std::string::npos) << text;
    EXPECT_EQ(frontend->verb({"init"}).first, 0) << "where it is, init may run again";
}

}  // namespace
}  // namespace onefrontend::test
