// The whole API as its callers see it: requests in, responses out, over an OpenNebula in memory and a real signer.
#include "common/identity/key.hpp"
#include "common/identity/signature.hpp"
#include "common/identity/ssh_authority.hpp"
#include "common/text/encoding.hpp"
#include "common/text/words.hpp"
#include "frontend/api/proofs.hpp"
#include "frontend/api/route.hpp"
#include "frontend/enroll/json.hpp"
#include "frontend/enroll/key_ring.hpp"
#include "frontend/enroll/ssh_authority.hpp"
#include "frontend/enroll/waiting.hpp"
#include "frontend/oned/document_types.hpp"
#include "frontend/signer/signer.hpp"
#include "tests/unit/frontend/fake/cloud.hpp"
#include "tests/unit/frontend/fake/procedures.hpp"
#include "tests/unit/frontend/fake/site.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <sstream>

namespace onefrontend::api {
namespace {

using namespace std::chrono_literals;
namespace identity = one::identity;
namespace wire = one::wire;
using one::http::Request;
using one::http::Response;

class InProcessSigning : public Signing {
public:
    explicit InProcessSigning(Signer& signer) : signer_(&signer) {}
    Async<Result<std::string>> sign_node(int node, std::string request) override
    {
        if (before_it_signs) CO_TRY(co_await before_it_signs(node));
        co_return co_await signer_->sign_node(node, std::move(request), std::chrono::system_clock::now());
    }
    Async<Result<std::vector<std::string>>> sign_host(int node) override
    {
        co_return co_await signer_->sign_host(node, std::chrono::system_clock::now());
    }

    std::function<Async<Result<>>(int node)> before_it_signs{};

private:
    Signer* signer_;
};

struct Member {  // a machine and what it got
    one::Secret key{};
    std::string request{};
    std::string certificate{};
    int id = -1;
};

class Api : public testing::Test {
protected:
    Api()
    {
        site.directory.write("state/.keep", "");
        EXPECT_TRUE(test::run(desired.refresh()));
    }

    Response send(Request request)
    {
        request.peer.address = source;
        return test::run(answer(service, std::move(request)));
    }
    Response post(std::string path, std::string body = {}, const Member* as = nullptr)
    {
        Request request;
        request.method = "POST";
        request.target = std::move(path);
        request.body = std::move(body);
        if (as) request.peer.certificate_pem = as->certificate;
        return send(std::move(request));
    }
    Response get(std::string path, const Member* as = nullptr, std::string known = {})
    {
        Request request;
        request.target = std::move(path);
        if (!known.empty()) request.headers.emplace_back("If-None-Match", '"' + known + '"');
        if (as) request.peer.certificate_pem = as->certificate;
        return send(std::move(request));
    }
    /// Asks for another desired state than the present one; `response` gets the answer, once there is one.
    void wait_for_news(const Member& who, std::optional<Response>& response)
    {
        const auto version = wire::from_json<wire::DesiredState>(get("/v1/desired", &who).body)->version;
        Request request;
        request.target = "/v1/desired?wait=30";
        request.headers.emplace_back("If-None-Match", '"' + version + '"');
        request.peer = {.address = source, .port = 1, .local_address = "", .certificate_pem = who.certificate};
        auto& loop = test::shared_loop();
        one::asio::co_spawn(loop, answer(service, std::move(request)),
                            [&response](const std::exception_ptr&, Response got) { response = std::move(got); });
        loop.restart();
        loop.poll();
        EXPECT_FALSE(response);
    }
    static Member new_machine()
    {
        Member made;
        made.key = *identity::make_private_key();
        made.request = *identity::make_request(made.key, "any");
        return made;
    }
    static wire::Facts facts()
    {
        wire::Facts made;
        made.host_name = "kvm1";
        made.ssh_host_keys = {test::some_ssh_key};
        return made;
    }
    one::JoinToken token()
    {
        return *test::run(Tokens{cloud}.create({}, "alice", test::some_pin, service.now_ms() / 1000));
    }
    std::string enroll_body(const Member& who, const one::JoinToken& with)
    {
        wire::EnrollRequest request;
        request.token = to_text(with);
        request.certificate_request = who.request;
        request.facts = facts();
        request.wishes.type = "kvm";
        return wire::to_json(request);
    }
    Member join()
    {
        Member who = new_machine();
        const auto response = post("/v1/enroll", enroll_body(who, token()));
        EXPECT_EQ(response.status, 200) << response.body;
        const auto enrolled = *wire::from_json<wire::EnrollAnswer>(response.body);
        who.id = enrolled.node_id;
        who.certificate = enrolled.certificate_chain;
        return who;
    }
    Node node(int id) { return *test::run(service.nodes.get(id)); }
    void store(const Node& changed)
    {
        const auto put = [&changed](Node& present) -> Result<> {
            present = changed;
            return {};
        };
        EXPECT_TRUE(test::run(service.nodes.change(changed.id, put)));
    }
    static wire::ApiError error_in(const Response& response) { return *wire::from_json<wire::ApiError>(response.body); }

    test::Site site{};
    test::FakeOpennebula one{};
    test::FakeCloud cloud{one};
    test::FakeProcedures procedures{};
    one::asio::thread_pool pool{1};
    DesiredSource desired{site.config, cloud, pool, test::addresses_of_site};
    const identity::Time now = std::chrono::system_clock::now();
    Signer signer{cloud, *identity::make_authority("test CA", now - 1h, now + 24h), 12h};
    InProcessSigning signing{signer};
    Service service{cloud,
                    procedures,
                    signing,
                    desired,
                    {.pem = "authorities", .pins = {"pin"}},
                    site.directory.path("state/audit.log"),
                    pool};
    std::string source = "10.0.0.5";
};

TEST_F(Api, HasEachRouteOnce)
{
    std::set<std::string_view> paths;
    for (const Route* route : all_routes()) {
        EXPECT_TRUE(paths.insert(route->path).second) << route->path;
        EXPECT_TRUE(route->path.starts_with("/v1/"));
        EXPECT_EQ(route->caller == Caller::anybody, route->path == "/v1/hello" || route->path == "/v1/ask");
    }
    EXPECT_EQ(paths.size(), 34U);
}

TEST_F(Api, LetsAMachineInWithoutATokenOnceAnAdminSaidYes)
{
    one::JoinToken own{.secret = one::make_join_secret(), .pin = test::some_pin};
    wire::AskRequest request;
    request.secret_hash = one::hash_of_join_secret(own.secret);
    request.facts = facts();
    const auto ask = [&] { return *wire::from_json<wire::AskAnswer>(post("/v1/ask", wire::to_json(request)).body); };
    EXPECT_EQ(ask().state, "waiting");
    const auto code = ask().code;
    service.waiting_room = WaitingRoom{cloud};  // which remembers nothing, not even for a second
    ASSERT_TRUE(test::run(WaitingRoom{cloud}.approve(code, "alice", service.now_ms() / 1000)));
    own.id = ask().token_id;
    EXPECT_EQ(post("/v1/enroll", enroll_body(new_machine(), own)).status, 200);
    EXPECT_NE(site.directory.read("state/audit.log").find(code), std::string::npos);
}

TEST_F(Api, GreetsAnybody)
{
    const auto hello = *wire::from_json<wire::Hello>(get("/v1/hello").body);
    EXPECT_EQ(hello.pins, std::vector<std::string>{"pin"});
    EXPECT_EQ(hello.opennebula, "7.4.0");
    EXPECT_EQ(hello.zone, "OpenNebula");
    EXPECT_GT(hello.time_ms, 1'700'000'000'000);
}

TEST_F(Api, GreetsWithoutAskingOned)
{
    const int calls = one.calls;
    one.away = true;
    EXPECT_EQ(get("/v1/hello").status, 200);
    EXPECT_EQ(one.calls, calls);
}

TEST_F(Api, SaysWhatItDoesNotHave)
{
    EXPECT_EQ(get("/v2/hello").status, 404);
    const auto wrong = get("/v1/enroll");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "POST");
    EXPECT_EQ(post("/v1/plan", "{").status, 400);
}

TEST_F(Api, EnrollsAndWritesItDown)
{
    const auto who = join();
    EXPECT_EQ(identity::read_certificate(who.certificate)->common_name, "node-" + std::to_string(who.id));
    EXPECT_NE(site.directory.read("state/audit.log").find("\"event\":\"enrolled\""), std::string::npos);
}

TEST_F(Api, EnrollsNobodyUnseen)
{
    std::filesystem::remove_all(site.directory.path("state"));
    EXPECT_GE(post("/v1/enroll", enroll_body(new_machine(), token())).status, 400);
}

/// No file of this process may grow: as on a full disk, half a line may still fit.
class FullDisk {
public:
    explicit FullDisk(rlim_t bytes)
    {
        ::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        rlimit full = before_;
        full.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &full);
    }
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;

private:
    rlimit before_{};
};

TEST_F(Api, LetsNobodyNewInWhileTheAuditLogsDiskIsFullAndKeepsWhoIsThere)
{
    const auto present = join();
    const auto newcomer = new_machine();
    const auto body = enroll_body(newcomer, token());
    {
        const FullDisk disk{site.directory.read("state/audit.log").size() + 10};
        source = "10.0.0.77";
        const auto refused = post("/v1/enroll", body);
        EXPECT_EQ(refused.status, 503) << refused.body;
        EXPECT_FALSE(refused.header("Retry-After").empty());
        EXPECT_NE(error_in(refused).thing.find("audit.log"), std::string::npos);
        EXPECT_EQ(get("/v1/desired", &present).status, 200);
        EXPECT_EQ(get("/v1/hello").status, 200);
    }
    const auto again = post("/v1/enroll", body);
    EXPECT_EQ(again.status, 200) << "the same token, once there is room" << again.body;
    std::istringstream log{site.directory.read("state/audit.log")};
    int whole = 0;
    for (std::string line; std::getline(log, line);)
        whole += Json::accept(line) ? 1 : 0;
    EXPECT_EQ(whole, 2) << "what was cut spoils no other line";
}

TEST_F(Api, PlansAndWritesItDown)
{
    wire::PlanRequest request;
    request.token = to_text(token());
    request.facts = facts();
    EXPECT_EQ(post("/v1/plan", wire::to_json(request)).status, 200);
    EXPECT_NE(site.directory.read("state/audit.log").find("\"event\":\"planned\""), std::string::npos);
    EXPECT_EQ(one.count(node_document), 0);
}

TEST_F(Api, StopsAGuesserAndNobodyElse)
{
    auto wrong = token();
    wrong.secret = one::make_join_secret();
    const auto guess = enroll_body(new_machine(), wrong);
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(post("/v1/enroll", guess).status, 403);
    const auto stopped = post("/v1/enroll", guess);
    EXPECT_EQ(stopped.status, 429);
    EXPECT_FALSE(stopped.header("Retry-After").empty());
    EXPECT_EQ(post("/v1/enroll", enroll_body(new_machine(), token())).status, 200) << "another machine behind it";
}

TEST_F(Api, StopsASourceThatTriesManyTokensButNoNodeThere)
{
    const auto member = join();
    for (int i = 0; i < 30; ++i) {
        auto wrong = token();
        wrong.secret = one::make_join_secret();
        EXPECT_EQ(post("/v1/enroll", enroll_body(new_machine(), wrong)).status, 403);
    }
    EXPECT_EQ(post("/v1/enroll", enroll_body(new_machine(), token())).status, 429);
    EXPECT_EQ(get("/v1/desired", &member).status, 200) << "never on a route of nodes";
    source = "10.0.0.6";
    EXPECT_NE(post("/v1/enroll", enroll_body(new_machine(), token())).status, 429);
}

TEST_F(Api, GivesEachAnswerAnIdThatTheAuditLogHasToo)
{
    const auto refused = get("/v1/desired");
    EXPECT_EQ(refused.header("X-Request-Id").size(), 16U);
    EXPECT_NE(get("/v1/desired").header("X-Request-Id"), refused.header("X-Request-Id"));
    EXPECT_FALSE(get("/v2").header("X-Request-Id").empty());
    const auto enrolled = post("/v1/enroll", enroll_body(new_machine(), token()));
    const auto id = std::string{enrolled.header("X-Request-Id")};
    EXPECT_NE(site.directory.read("state/audit.log").find("\"request\":\"" + id + "\""), std::string::npos);
}

TEST_F(Api, CountsWhatIsNoTokenAndWritesNoLineOfIt)
{
    auto garbage = enroll_body(new_machine(), token());
    const auto at = garbage.find("ont1.") + 5;
    garbage.replace(at, 3, "...");
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(post("/v1/enroll", garbage).status, 400);
    EXPECT_EQ(post("/v1/enroll", garbage).status, 429);
    EXPECT_FALSE(site.directory.has("state/audit.log"));
}

TEST_F(Api, TakesASpentTokenFromItsKeyUntilTheAgentHasComeAfterTheJoin)
{
    Member who = new_machine();
    const auto with = token();
    const auto enrolled = *wire::from_json<wire::EnrollAnswer>(post("/v1/enroll", enroll_body(who, with)).body);
    who.certificate = enrolled.certificate_chain;
    auto joined = node(enrolled.node_id);
    joined.phase = Phase::joined;
    store(joined);
    EXPECT_EQ(post("/v1/enroll", enroll_body(who, with)).status, 200) << "it died before it knew";
    EXPECT_EQ(get("/v1/desired", &who).status, 200);
    const auto refused = post("/v1/enroll", enroll_body(who, with));
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(error_in(refused).reason.find("that join is done"), std::string::npos);
    EXPECT_EQ(get("/v1/desired", &who).status, 200) << "its certificate still counts";
}

TEST_F(Api, AsksToComeAgainWhileOnedIsAwayOrDoesNotLead)
{
    const auto with = token();
    one.raft = oned::RaftState::follower;
    EXPECT_EQ(post("/v1/enroll", enroll_body(new_machine(), with)).status, 503);
    one.away = true;
    const auto response = post("/v1/enroll", enroll_body(new_machine(), with));
    EXPECT_EQ(response.status, 503);
    EXPECT_FALSE(response.header("Retry-After").empty());
}

TEST_F(Api, KnowsANodeByItsCertificateOnly)
{
    const auto who = join();
    EXPECT_EQ(get("/v1/desired").status, 403);
    EXPECT_EQ(get("/v1/desired", &who).status, 200);
    Member stranger = new_machine();
    identity::Issue server;
    server.common_name = "one.example.test";
    server.not_before = now;
    server.not_after = now + 1h;
    stranger.certificate = *identity::issue(signer.authority(), *identity::public_key_of(stranger.key), server);
    EXPECT_EQ(get("/v1/desired", &stranger).status, 403);
    server.common_name = node_common_name(who.id);
    stranger.certificate = *identity::issue(signer.authority(), *identity::public_key_of(stranger.key), server);
    EXPECT_NE(error_in(get("/v1/desired", &stranger)).reason.find("cloned"), std::string::npos);
}

class WasOffForLong : public Api {
protected:
    WasOffForLong() : who(join())
    {
        static std::int64_t moment = 0;
        moment = service.now_ms() + std::chrono::milliseconds{13h}.count();  // it was signed for 12 hours
        service.now_ms = [] { return moment; };
    }
    /// What the node sends back, signed by this key.
    wire::RecoveryRequest signed_by(const one::Secret& key)
    {
        const auto challenge = post("/v1/recover", "", &who);
        EXPECT_EQ(challenge.status, 200) << challenge.body;
        wire::RecoveryRequest request;
        request.certificate_request = fresh.request;
        request.nonce = wire::from_json<wire::RecoveryChallenge>(challenge.body)->nonce;
        request.signature = one::to_base64(*identity::sign(key, text_to_sign(request)));
        return request;
    }
    Response recover(const wire::RecoveryRequest& request)
    {
        return post("/v1/recover/signed", wire::to_json(request), &who);
    }

    std::int64_t (*when_it_was_good)() = service.now_ms;
    Member who;
    Member fresh = new_machine();
};

TEST_F(WasOffForLong, ComesBackByASignatureWithItsKeyAndIsCounted)
{
    const auto recovered = recover(signed_by(who.key));
    ASSERT_EQ(recovered.status, 200) << recovered.body;
    fresh.certificate = wire::from_json<wire::RenewAnswer>(recovered.body)->certificate_chain;
    service.now_ms = when_it_was_good;  // the signer has a clock of its own
    EXPECT_EQ(get("/v1/desired", &fresh).status, 200);
    EXPECT_EQ(node(who.id).generation, 1);
    EXPECT_EQ(node(who.id).recoveries, 1);
    const auto audit = site.directory.read("state/audit.log");
    EXPECT_NE(audit.find("\"event\":\"recovered\""), std::string::npos);
    EXPECT_NE(audit.find("\"times\":\"1\""), std::string::npos);
}

TEST_F(WasOffForLong, IsAnsweredTheSameWhereTheAnswerWasLost)
{
    EXPECT_EQ(recover(signed_by(who.key)).status, 200);
    EXPECT_EQ(recover(signed_by(who.key)).status, 200);
    EXPECT_EQ(node(who.id).recoveries, 2);
}

TEST_F(WasOffForLong, IsNotCountedForAskingWhileTheSignerIsAway)
{
    signing.before_it_signs = [](int) -> Async<Result<>> {
        co_return one::fail({.kind = one::ErrorKind::busy, .thing = "the signer", .reason = "it does not run"});
    };
    EXPECT_EQ(recover(signed_by(who.key)).status, 503);
    EXPECT_EQ(recover(signed_by(who.key)).status, 503);
    EXPECT_EQ(node(who.id).recoveries, 0);
    EXPECT_EQ(site.directory.read("state/audit.log").find("\"event\":\"recovered\""), std::string::npos);
    signing.before_it_signs = {};
    EXPECT_EQ(recover(signed_by(who.key)).status, 200);
    EXPECT_NE(site.directory.read("state/audit.log").find("\"times\":\"1\""), std::string::npos);
}

TEST_F(WasOffForLong, IsToldAsTheTimeThatItIsAlsoWhereOneOverlapsAnother)
{
    signing.before_it_signs = [this](int id) -> Async<Result<>> {  // another replica, say
        Nodes::Edit edit = [](Node& present) -> Result<> {
            present.recoveries = 4;
            return {};
        };
        CO_TRY(co_await service.nodes.change(id, std::move(edit)));
        co_return Result<>{};
    };
    EXPECT_EQ(recover(signed_by(who.key)).status, 200);
    EXPECT_EQ(node(who.id).recoveries, 5);
    EXPECT_NE(site.directory.read("state/audit.log").find("\"times\":\"5\""), std::string::npos);
}

TEST_F(WasOffForLong, GetsNothingForAnotherKeysSignatureAnotherTextOrAnOldChallenge)
{
    EXPECT_EQ(recover(signed_by(fresh.key)).status, 403);
    auto other_key = signed_by(who.key);
    other_key.certificate_request = new_machine().request;
    EXPECT_EQ(recover(other_key).status, 403);
    auto own_challenge = signed_by(who.key);
    own_challenge.nonce = "mine";
    own_challenge.signature = one::to_base64(*identity::sign(who.key, text_to_sign(own_challenge)));
    EXPECT_EQ(recover(own_challenge).status, 503) << "it may be another replica's: it asks again";
    EXPECT_EQ(node(who.id).recoveries, 0);
    EXPECT_EQ(node(who.id).pending_key, "");
}

TEST_F(WasOffForLong, MayDoNothingElseButLookAndLeave)
{
    const auto refused = get("/v1/desired", &who);
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(error_in(refused).next.find("gets a fresh one by itself"), std::string::npos);
    EXPECT_EQ(get("/v1/host", &who).status, 200) << "`onenode status` may look";
    wire::RenewRequest request;
    request.certificate_request = fresh.request;
    EXPECT_EQ(post("/v1/renew", wire::to_json(request), &who).status, 403);
}

TEST_F(WasOffForLong, StaysAwayWhereItWasRemovedBannedOrFrozen)
{
    const auto request = signed_by(who.key);
    auto frozen = node(who.id);
    frozen.frozen = {1000, "10.0.0.9"};
    store(frozen);
    EXPECT_EQ(recover(request).status, 403);
    frozen.frozen = {};
    store(frozen);
    ASSERT_TRUE(test::run(service.nodes.ban(who.id, "alice", 1000)));
    EXPECT_EQ(recover(request).status, 403);
    EXPECT_EQ(post("/v1/recover", "", &who).status, 403);
    ASSERT_TRUE(test::run(service.nodes.remove(who.id)));
    EXPECT_EQ(recover(request).status, 404);
}

TEST_F(WasOffForLong, IsRecoveredByNobodyUnseen)
{
    const auto request = signed_by(who.key);
    std::filesystem::remove(site.directory.path("state/audit.log"));
    std::filesystem::create_directory(site.directory.path("state/audit.log"));
    const auto refused = recover(request);
    EXPECT_GE(refused.status, 400);
    EXPECT_EQ(refused.body.find("BEGIN CERTIFICATE"), std::string::npos);
}

TEST_F(Api, RecoversNoCertificateThatHasNotEnded)
{
    const auto who = join();
    const auto challenge = *wire::from_json<wire::RecoveryChallenge>(post("/v1/recover", "", &who).body);
    wire::RecoveryRequest request;
    request.certificate_request = who.request;
    request.nonce = challenge.nonce;
    request.signature = one::to_base64(*identity::sign(who.key, text_to_sign(request)));
    EXPECT_EQ(post("/v1/recover/signed", wire::to_json(request), &who).status, 409);
}

TEST_F(Api, LogsInNowhereAndMakesNoHostForAJoinThatIsOnlyPlayed)
{
    auto who = join();
    auto played = node(who.id);
    played.type = "trial";
    store(played);
    for (const auto* route : all_routes()) {
        if (route->caller != Caller::node && route->caller != Caller::lapsed_node) continue;
        const bool may =
            std::set<std::string_view>{"/v1/desired", "/v1/neighbours", "/v1/leave", "/v1/left"}.contains(route->path);
        if (may) continue;
        const auto path = std::string{route->path};
        const auto response = route->method == "GET" ? get(path, &who) : post(path, "{}", &who);
        EXPECT_EQ(response.status, 403) << path;
        EXPECT_NE(response.body.find("only plays a join"), std::string::npos) << path << ' ' << response.body;
    }
    EXPECT_EQ(get("/v1/desired", &who).status, 200);
    EXPECT_TRUE(procedures.logins.empty());
    EXPECT_EQ(post("/v1/leave", R"({"abandon_vms":false})", &who).status, 200);
    EXPECT_EQ(post("/v1/left", {}, &who).status, 200);
    EXPECT_EQ(get("/v1/desired", &who).status, 404);
}

TEST_F(Api, LogsInToANodeOnceAtATime)
{
    const auto who = join();
    service.being_proven.insert(who.id);
    EXPECT_EQ(post("/v1/prove/login/verdict", "", &who).status, 503);
    auto proven = node(who.id);
    proven.proofs.login_ok = true;
    store(proven);
    EXPECT_EQ(post("/v1/rehearse", "", &who).status, 503);
    EXPECT_TRUE(procedures.calls.empty());
    service.being_proven.clear();
    EXPECT_EQ(post("/v1/prove/login/verdict", "", &who).status, 200);
    EXPECT_EQ(post("/v1/rehearse", "", &who).status, 200);
    EXPECT_TRUE(service.being_proven.empty());
}

TEST_F(Api, LogsInUnderNoNameThatIsAnothers)
{
    const auto who = join();
    auto unconfirmed = node(who.id);
    unconfirmed.name_confirmed = false;
    store(unconfirmed);
    Node owner = unconfirmed;
    owner.name_confirmed = true;
    ASSERT_TRUE(test::run(service.nodes.add(owner)));
    EXPECT_EQ(post("/v1/prove/login/verdict", "", &who).status, 409);
    EXPECT_TRUE(procedures.calls.empty()) << "our SSH is not told";
}

TEST_F(Api, RefusesARemovedNodeAtOnce)
{
    const auto who = join();
    ASSERT_TRUE(test::run(service.nodes.ban(who.id, "alice", 1000)));
    EXPECT_NE(error_in(get("/v1/desired", &who)).reason.find("removed"), std::string::npos);
    one.documents.erase(who.id);
    const auto gone = get("/v1/desired", &who);
    EXPECT_EQ(gone.status, 404);
    EXPECT_NE(error_in(gone).reason.find("removed"), std::string::npos);
}

// A renewal writes the whole document of its node; between any two of its calls the node may be banned.
TEST_F(Api, KeepsABanWhateverElseIsWrittenMeanwhile)
{
    auto& loop = test::shared_loop();
    bool ended = false;
    for (int before = 0; !ended; ++before) {
        source = "10.0.1." + std::to_string(before);
        const auto who = join();
        test::FakeCloud slow{one};
        Service racing{slow, procedures, signing, desired, {}, site.directory.path("state/audit.log"), pool};
        slow.take_turns(loop.get_executor());
        wire::RenewRequest renewal;
        renewal.certificate_request = new_machine().request;
        Request request;
        request.method = "POST";
        request.target = "/v1/renew";
        request.body = wire::to_json(renewal);
        request.peer.certificate_pem = who.certificate;
        auto renewed = one::asio::co_spawn(loop, answer(racing, std::move(request)), one::asio::use_future);
        const auto step = [&] {
            loop.restart();
            loop.poll();
            ended = renewed.wait_for(0s) == std::future_status::ready;
            if (!ended) slow.go_on();
        };
        for (int call = 0; call < before && !ended; ++call)
            step();
        const bool all_before = ended;
        ASSERT_TRUE(test::run(service.nodes.ban(who.id, "alice", 1000)));
        while (!ended)
            step();
        EXPECT_EQ(get("/v1/desired", &who).status, 403) << "banned after " << before << " calls";
        ended = all_before;
    }
}

TEST_F(Api, RefusesAMachineThatWasBannedWithAnyTokenAndSpendsNoUse)
{
    const auto who = join();
    auto banned = node(who.id);
    banned.ssh_host_keys = {test::some_ssh_key};
    Bans bans{cloud};
    ASSERT_TRUE(test::run(bans.ban(banned, "alice", 1000)));
    EXPECT_EQ(get("/v1/desired", &who).status, 403);
    ASSERT_TRUE(test::run(service.nodes.remove(who.id)));
    const auto again = new_machine();
    const int claims = one.count(claim_document);
    const auto refused = post("/v1/enroll", enroll_body(again, token()));
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(error_in(refused).reason.find("it was banned on the front-end"), std::string::npos);
    EXPECT_EQ(one.count(claim_document), claims);
    EXPECT_NE(site.directory.read("state/audit.log").find("\"reason\":\"banned\""), std::string::npos);
    ASSERT_TRUE(*test::run(bans.lift(who.id)));
    EXPECT_EQ(post("/v1/enroll", enroll_body(again, token())).status, 200);
}

TEST_F(Api, EndsTheWaitOfANodeThatIsRefusedMeanwhile)
{
    const auto who = join();
    auto& loop = test::shared_loop();
    std::optional<Response> response;
    wait_for_news(who, response);
    Bans bans{cloud};
    ASSERT_TRUE(test::run(bans.refuse(who.id, "alice", 1000)));
    ASSERT_TRUE(test::run(desired.refresh_quick()));
    loop.restart();
    while (!response && loop.run_one_for(5s) > 0) {
    }
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 403);
}

class Cloned : public Api {
protected:
    Cloned()
    {
        auto joined = node(older.id);
        joined.phase = Phase::joined;
        store(joined);
        const Member key = new_machine();
        wire::RenewRequest request;
        request.certificate_request = key.request;
        const auto answered = post("/v1/renew", wire::to_json(request), &older);
        newer.id = older.id;
        newer.certificate = wire::from_json<wire::RenewAnswer>(answered.body)->certificate_chain;
        moment = service.now_ms();
        service.now_ms = [] { return moment; };
    }
    static inline std::int64_t moment = 0;
    Member older = join();
    Member newer{};
};

/// As a restore leaves it: the document is of before the renewal.
class Restored : public Cloned {
protected:
    Restored()
    {
        auto as_backed_up = node(older.id);
        as_backed_up.pending_key.clear();
        as_backed_up.enrolled_at = moment / 1000 - 3600;
        store(as_backed_up);
        moment += 1000'000;
        service.lost_time = {moment / 1000 - 3000, moment / 1000};
    }
};

TEST_F(Restored, KnowANodeAgainThatRenewedAfterTheBackup)
{
    EXPECT_EQ(get("/v1/desired", &newer).status, 200);
    EXPECT_FALSE(is_frozen(node(older.id)));
    EXPECT_EQ(get("/v1/desired", &newer).status, 200);
    EXPECT_NE(site.directory.read("state/audit.log").find("renewed-before-restore"), std::string::npos);
}

TEST_F(Restored, FreezeACloneAsEver)
{
    EXPECT_EQ(get("/v1/desired", &newer).status, 200);
    moment += 121'000;
    EXPECT_EQ(get("/v1/desired", &older).status, 403);
    EXPECT_TRUE(is_frozen(node(older.id)));
}

TEST_F(Restored, DoNotTakeAMachineForTheNodeThatGotItsNumberSince)
{
    auto another = node(older.id);
    another.enrolled_at = moment / 1000 + 5;
    store(another);
    const auto refused = get("/v1/desired", &newer);
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(error_in(refused).reason.find("restored from"), std::string::npos);
    EXPECT_FALSE(is_frozen(node(older.id)));
}

TEST_F(Restored, DistrustWhatIsNotOfTheLostTime)
{
    service.lost_time = {moment / 1000 - 500, moment / 1000};
    EXPECT_EQ(get("/v1/desired", &newer).status, 403);
}

TEST_F(Cloned, FreezeBothWhereAnOlderCertificateIsUsed)
{
    EXPECT_EQ(get("/v1/desired", &newer).status, 200);
    moment += 121'000;
    source = "10.0.0.9";
    EXPECT_EQ(get("/v1/desired", &older).status, 403);
    source = "10.0.0.5";
    const auto refused = get("/v1/desired", &newer);
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(error_in(refused).reason.find("frozen"), std::string::npos);
    EXPECT_NE(error_in(refused).reason.find("10.0.0.9"), std::string::npos);
    EXPECT_NE(error_in(refused).next.find("onefrontend node approve"), std::string::npos);
    const auto lines = one::split_lines(site.directory.read("state/audit.log"));
    const auto told =
        std::ranges::find_if(lines, [](std::string_view line) { return line.find("node-frozen") != line.npos; });
    ASSERT_NE(told, lines.end());
    EXPECT_NE(told->find("\"from\":\"10.0.0.9\""), std::string::npos) << *told;
    EXPECT_NE(told->find("\"request\":\""), std::string::npos) << *told;
    wire::RenewRequest request;
    request.certificate_request = new_machine().request;
    EXPECT_EQ(post("/v1/renew", wire::to_json(request), &newer).status, 403);
}

TEST_F(Cloned, AreNotSeenInARequestThatWasUnderWayDuringTheRenewal)
{
    EXPECT_EQ(get("/v1/desired", &newer).status, 200);
    moment += 5'000;
    EXPECT_EQ(get("/v1/desired", &older).status, 403);
    EXPECT_EQ(get("/v1/desired", &newer).status, 200);
}

TEST_F(Cloned, AreNotSeenAsLongAsTheNewKeyWasNotUsed)
{
    moment += 600'000;
    EXPECT_EQ(get("/v1/desired", &older).status, 200) << "the answer to the renewal may have been lost";
    EXPECT_EQ(get("/v1/desired", &newer).status, 200);
}

TEST_F(Api, TellsWithEachAnswerWhichAuthoritiesCount)
{
    const auto who = join();
    const auto state = get("/v1/desired", &who);
    EXPECT_EQ(state.header("Onenode-Authorities"), "pin");
    service.authorities.pins = {"newest", "pin"};
    service.authorities.pem = signer.authority().certificate_pem + signer.authority().certificate_pem;
    const auto version = wire::from_json<wire::DesiredState>(state.body)->version;
    const auto same = get("/v1/desired", &who, version);
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.header("Onenode-Authorities"), "newest,pin");
}

TEST_F(Api, RemembersWhoHasShownACertificateOfTheNewestAuthority)
{
    const auto who = join();
    const auto stranger = identity::make_authority("newer CA", now - 1h, now + 24h)->certificate_pem;
    service.authorities = {.pem = stranger + signer.authority().certificate_pem, .pins = {"newest", "pin"}};
    EXPECT_EQ(get("/v1/desired", &who).status, 200);
    EXPECT_EQ(node(who.id).authority, "") << "another one signed its certificate";
    service.authorities.pem = signer.authority().certificate_pem + stranger;
    EXPECT_EQ(get("/v1/desired", &who).status, 200);
    EXPECT_EQ(node(who.id).authority, "newest");
}

TEST_F(Api, RemembersWhichKeysAJoinedNodeLetsInOnceItHasMadeThemTrue)
{
    const auto who = join();
    auto joined = node(who.id);
    joined.phase = Phase::joined;
    store(joined);
    const auto version = wire::from_json<wire::DesiredState>(get("/v1/desired", &who).body)->version;
    EXPECT_TRUE(node(who.id).oneadmin_keys.empty()) << "it only asked";
    EXPECT_EQ(get("/v1/desired", &who, version).status, 304);
    EXPECT_EQ(node(who.id).oneadmin_keys, fingerprints_of({test::some_ssh_key}));
}

TEST_F(Api, AnswersTheDesiredStateWithItsVersion)
{
    const auto who = join();
    const auto response = get("/v1/desired", &who);
    const auto state = *wire::from_json<wire::DesiredState>(response.body);
    EXPECT_EQ(response.header("ETag"), '"' + state.version + '"');
    EXPECT_EQ(get("/v1/desired", &who, state.version).status, 304);
    EXPECT_EQ(get("/v1/desired?wait=x", &who).status, 400);
}

TEST_F(Api, WakesAWaitingNodeWhenTheDesiredStateChanges)
{
    const auto who = join();
    auto& loop = test::shared_loop();
    std::optional<Response> response;
    wait_for_news(who, response);
    site.directory.write("home/.ssh/id_new.pub", std::string{test::another_ssh_key} + " new");
    ASSERT_TRUE(test::run(desired.refresh()));
    loop.restart();
    while (!response && loop.run_one_for(5s) > 0) {
    }
    ASSERT_TRUE(response);
    EXPECT_EQ(wire::from_json<wire::DesiredState>(response->body)->oneadmin_keys.size(), 2U);
}

TEST_F(Api, AsksOnedForNoneOfThoseThatWake)
{
    const auto who = join();
    std::optional<Response> response;
    wait_for_news(who, response);
    site.directory.write("home/.ssh/id_new.pub", std::string{test::another_ssh_key} + " new");
    ASSERT_TRUE(test::run(desired.refresh()));
    const auto asked = one.calls;
    auto& loop = test::shared_loop();
    loop.restart();
    while (!response && loop.run_one_for(5s) > 0) {
    }
    ASSERT_TRUE(response);
    EXPECT_EQ(response->status, 200);
    EXPECT_EQ(one.calls, asked);
}

class ToldApart : public Api {
protected:
    Response ask(std::string path, const Member& who, const std::string& known = {})
    {
        Request request;
        request.target = std::move(path);
        request.headers.emplace_back("Onenode-Neighbours", "apart");
        if (!known.empty()) request.headers.emplace_back("If-None-Match", '"' + known + '"');
        request.peer.certificate_pem = who.certificate;
        return send(std::move(request));
    }
    Member join_to_the_end()
    {
        auto who = join();
        auto there = node(who.id);
        there.phase = Phase::joined;
        store(there);
        EXPECT_TRUE(test::run(desired.refresh()));
        return who;
    }
};

TEST_F(ToldApart, NeighboursAreLeftOutOfTheStateForWhoAsksSo)
{
    const auto who = join_to_the_end();
    const auto apart = ask("/v1/desired", who);
    const auto state = *wire::from_json<wire::DesiredState>(apart.body);
    EXPECT_TRUE(state.peer_known_hosts.empty());
    EXPECT_NE(state.neighbours, "");
    EXPECT_EQ(apart.header("ETag"), '"' + state.version + '"');
    const auto whole = *wire::from_json<wire::DesiredState>(get("/v1/desired", &who).body);
    EXPECT_EQ(whole.peer_known_hosts.size(), 1U) << "older agents do not ask for them";
    EXPECT_EQ(whole.version, state.version);
    EXPECT_EQ(ask("/v1/desired", who, state.version).status, 304);
}

TEST_F(ToldApart, NeighboursAreOneTextForAll)
{
    const auto who = join_to_the_end();
    const auto state = *wire::from_json<wire::DesiredState>(ask("/v1/desired", who).body);
    const auto first = ask("/v1/neighbours", who);
    const auto second = ask("/v1/neighbours", who, "another");
    EXPECT_EQ(first.header("ETag"), '"' + state.neighbours + '"');
    EXPECT_EQ(first.shared_body, second.shared_body);
    ASSERT_TRUE(first.shared_body);
    EXPECT_EQ(wire::from_json<wire::Neighbours>(*first.shared_body)->peer_known_hosts.size(), 1U);
    const auto same = ask("/v1/neighbours", who, state.neighbours);
    EXPECT_EQ(same.status, 304);
    EXPECT_FALSE(same.shared_body);
}

TEST_F(ToldApart, NeighboursAreForNodesOnly)
{
    EXPECT_EQ(get("/v1/neighbours").status, 403);
}

TEST_F(Api, LetsWaitingNodesGoWhenItEnds)
{
    const auto who = join();
    const auto version = wire::from_json<wire::DesiredState>(get("/v1/desired", &who).body)->version;
    service.stopping = true;
    EXPECT_EQ(get("/v1/desired?wait=30", &who, version).status, 304);
}

TEST_F(Api, RenewsWithBothKeysValidUntilTheNewOneIsUsed)
{
    auto old = join();
    const Member fresh_key = new_machine();
    wire::RenewRequest request;
    request.certificate_request = fresh_key.request;
    const auto renewal = *wire::from_json<wire::RenewAnswer>(post("/v1/renew", wire::to_json(request), &old).body);
    EXPECT_EQ(renewal.generation, 1);
    EXPECT_EQ(get("/v1/desired", &old).status, 200) << "the answer may have been lost";

    Member fresh;
    fresh.certificate = renewal.certificate_chain;
    EXPECT_EQ(get("/v1/desired", &fresh).status, 200);
    EXPECT_EQ(node(old.id).generation, 1);
    EXPECT_EQ(node(old.id).pending_key, "");
    EXPECT_EQ(get("/v1/desired", &old).status, 403) << "its key was replaced";
    EXPECT_NE(site.directory.read("state/audit.log").find("\"event\":\"renewed\""), std::string::npos);
}

TEST_F(Api, RenewsForTheSameKeyWithoutANewGeneration)
{
    const auto who = join();
    wire::RenewRequest request;
    request.certificate_request = who.request;
    const auto renewal = *wire::from_json<wire::RenewAnswer>(post("/v1/renew", wire::to_json(request), &who).body);
    EXPECT_EQ(renewal.generation, 0);
    EXPECT_EQ(node(who.id).pending_key, "");
}

TEST_F(Api, RemembersProofsAndNothingElseThatChangedMeanwhile)
{
    const auto who = join();
    EXPECT_EQ(post("/v1/prove/login", "", &who).status, 200);
    EXPECT_EQ(node(who.id).proofs.login_nonce, "nonce");
    EXPECT_EQ(post("/v1/prove/login/verdict", "", &who).status, 200);
    EXPECT_EQ(post("/v1/prove/monitoring", "", &who).status, 200);
    EXPECT_EQ(post("/v1/prove/monitoring/verdict", wire::to_json(wire::MonitoringSent{}), &who).status, 200);
    EXPECT_EQ(post("/v1/rehearse", "", &who).status, 200);
    EXPECT_TRUE(node(who.id).proofs.login_ok && node(who.id).proofs.monitoring_ok && node(who.id).proofs.rehearsal_ok);
    EXPECT_EQ(procedures.calls, (std::vector<std::string>{"trust 1", "trust 1"})) << "before each SSH session";
}

TEST_F(Api, StoresWhatAProofFoundBesideWhatAnotherStored)
{
    const auto who = join();
    const auto before = node(who.id);
    auto logged_in = before;
    logged_in.proofs.login_ok = true;
    auto monitored = before;
    monitored.proofs.monitoring_ok = true;
    EXPECT_TRUE(test::run(store_proofs(service, before.proofs, logged_in)));
    EXPECT_TRUE(test::run(store_proofs(service, before.proofs, monitored)));
    EXPECT_TRUE(node(who.id).proofs.login_ok && node(who.id).proofs.monitoring_ok);
    auto again = node(who.id);
    again.claimed_key = "another";
    again.proofs = {};
    store(again);
    EXPECT_EQ(test::run(store_proofs(service, before.proofs, logged_in)).error().kind, one::ErrorKind::busy);
    EXPECT_FALSE(node(who.id).proofs.login_ok);
}

TEST_F(Api, NeverWritesAnOlderListOfNodesOverANewerOne)
{
    auto& loop = test::shared_loop();
    const auto until_all_wait = [&loop] {
        loop.restart();
        loop.poll();
    };
    one::asio::steady_timer disk{loop, one::asio::steady_timer::time_point::max()};
    procedures.slow_disk = &disk;
    EXPECT_TRUE(test::run(service.nodes.add({.name = "kvm1", .phase = Phase::joined})));
    auto first = one::asio::co_spawn(loop, refresh_ssh_trust(service), one::asio::use_future);
    until_all_wait();
    EXPECT_TRUE(test::run(service.nodes.add({.name = "kvm2", .phase = Phase::joined})));
    procedures.slow_disk = nullptr;  // only the first write is slow
    auto second = one::asio::co_spawn(loop, refresh_ssh_trust(service), one::asio::use_future);
    until_all_wait();
    disk.cancel();
    until_all_wait();
    EXPECT_TRUE(first.get() && second.get());
    EXPECT_EQ(procedures.calls, (std::vector<std::string>{"trust 1", "trust 2"}));
}

TEST_F(Api, LetsItsSshKnowANodeOnlyWhileAndAfterItsLoginIsProven)
{
    const auto who = join();
    EXPECT_TRUE(test::run(refresh_ssh_trust(service)));
    EXPECT_EQ(post("/v1/rehearse", "", &who).status, 409) << "no SSH to whom SSH does not know";
    EXPECT_EQ(post("/v1/prove/login/verdict", "", &who).status, 200);
    EXPECT_TRUE(test::run(refresh_ssh_trust(service)));
    auto unproven = node(who.id);
    unproven.proofs = {};
    store(unproven);
    EXPECT_TRUE(test::run(refresh_ssh_trust(service)));
    EXPECT_EQ(post("/v1/prove/login/verdict", "", &who).status, 200);
    EXPECT_EQ(procedures.calls, (std::vector<std::string>{"trust 0", "trust 1", "trust 1", "trust 0", "trust 1"}));
}

TEST_F(Api, RehearsesNothingUnderANameThatSomebodyTookMeanwhile)
{
    const auto who = join();
    auto proven = node(who.id);
    proven.proofs.login_ok = true;
    store(proven);
    one.hosts.push_back({.id = 3, .name = node(who.id).name});
    const auto response = post("/v1/rehearse", "", &who);
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(error_in(response).reason, "host 3 of OpenNebula has it");
    EXPECT_TRUE(procedures.calls.empty()) << "no SSH";
}

TEST_F(Api, LogsInNowhereBeforeItsSshKnowsTheNode)
{
    const auto who = join();
    procedures.trust = one::fail({.kind = one::ErrorKind::no_space, .thing = "x", .reason = "full", .doing = "write"});
    EXPECT_EQ(post("/v1/prove/login/verdict", "", &who).status, 503);
    EXPECT_FALSE(node(who.id).proofs.login_ok);
}

TEST_F(Api, HandsTheHostToRegistration)
{
    const auto who = join();
    procedures.host->host_id = 7;
    for (const char* path : {"/v1/register", "/v1/joined", "/v1/abandon"})
        EXPECT_EQ(wire::from_json<wire::HostReport>(post(path, "", &who).body)->host_id, 7) << path;
    EXPECT_EQ(get("/v1/host?wait=500", &who).status, 200);
    wire::LeaveRequest leave;
    leave.abandon_vms = true;
    EXPECT_EQ(post("/v1/leave", wire::to_json(leave), &who).status, 200);
    EXPECT_EQ(procedures.calls, (std::vector<std::string>{"register 10.0.0.5", "commit 10.0.0.5", "abandon 10.0.0.5",
                                                          "report 10.0.0.5 60", "leave 10.0.0.5 abandon-vms"}));
    const auto audit = site.directory.read("state/audit.log");
    for (const char* event : {"host-registered", "joined", "abandoned", "host-removed"})
        EXPECT_NE(audit.find(event), std::string::npos) << event;
}

TEST_F(Api, PassesTheReasonOfARefusedRegistrationOn)
{
    const auto who = join();
    procedures.host = one::fail({.kind = one::ErrorKind::conflict,
                                 .thing = "host 3",
                                 .reason = "VMs run on it",
                                 .next = "move them",
                                 .doing = "remove"});
    const auto refused = post("/v1/abandon", "", &who);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(error_in(refused).reason, "VMs run on it");
    EXPECT_EQ(error_in(refused).next, "move them");
}

TEST_F(Api, ForgetsANodeThatLeftAndItsTokenToo)
{
    const auto who = join();
    auto leaving = node(who.id);
    leaving.phase = Phase::joined;
    leaving.host_id = 3;
    store(leaving);
    one.hosts.push_back({.id = 3, .name = "kvm1"});
    EXPECT_EQ(post("/v1/left", "", &who).status, 409) << "its host is still there";
    leaving.phase = Phase::leaving;
    store(leaving);
    EXPECT_EQ(post("/v1/left", "", &who).body, "{}");
    EXPECT_EQ(one.count(node_document), 0);
    EXPECT_FALSE(*test::run(service.claims.holds(leaving.token_id, leaving.claimed_key)));
    EXPECT_EQ(post("/v1/left", "", &who).status, 404);
}

TEST_F(Api, ForgetsANodeWhoseHostIsGoneWhateverItsPhaseSays)
{
    const auto who = join();
    auto left = node(who.id);
    left.phase = Phase::joined;  // as another replica wrote it back
    left.host_id = 3;
    store(left);
    one.hosts.push_back({.id = 4, .name = "kvm2"});
    EXPECT_EQ(post("/v1/left", "", &who).body, "{}");
    EXPECT_EQ(one.count(node_document), 0);
}

class HostCertificates : public Api {
protected:
    HostCertificates()
    {
        signer.vouch_with(authority.copy(), {});
        SshAuthorityRecord record;
        record.key = to_line(*identity::ssh_public_key_of(authority));
        EXPECT_TRUE(test::run(record_ssh_authority(cloud, record)));
        EXPECT_TRUE(test::run(desired.refresh()));
    }
    Member join_to_the_end()
    {
        auto who = join();
        auto there = node(who.id);
        there.phase = Phase::joined;
        store(there);
        return who;
    }
    wire::DesiredState ask(const Member& who)
    {
        return *wire::from_json<wire::DesiredState>(get("/v1/desired", &who).body);
    }
    one::Secret authority = *identity::make_ssh_authority();
};

TEST_F(HostCertificates, AreMadeForWhoJoinedAndTheSameUntilTheirTime)
{
    const auto who = join_to_the_end();
    const auto first = ask(who).ssh_host_certificates;
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(to_line(one::ssh::parse_host_certificate(first.front())->subject), test::some_ssh_key);
    EXPECT_EQ(ask(who).ssh_host_certificates, first);
    EXPECT_EQ(node(who.id).ssh_host_certificates, first);
    EXPECT_NE(site.directory.read("state/audit.log").find("host-certificates-signed"), std::string::npos);
}

TEST_F(HostCertificates, AreNotMadeBeforeTheJoinIsDone)
{
    EXPECT_TRUE(ask(join()).ssh_host_certificates.empty());
}

TEST_F(HostCertificates, ThatTheSignerDoesNotMakeKeepNobodyWaiting)
{
    signer.vouch_with(one::Secret{}, {});
    const auto who = join_to_the_end();
    EXPECT_TRUE(ask(who).ssh_host_certificates.empty());
    EXPECT_NE(service.certificate_trouble, "");
    signer.vouch_with(authority.copy(), {});
    EXPECT_EQ(ask(who).ssh_host_certificates.size(), 1U);
    EXPECT_EQ(service.certificate_trouble, "");
}

// The agent's first question settles its node and has these made: the node may be told to leave at any moment of it.
TEST_F(HostCertificates, AndTheFirstQuestionTakeNoLeaveBackThatCameMeanwhile)
{
    auto& loop = test::shared_loop();
    const auto is_over = [](auto& future) { return future.wait_for(0s) == std::future_status::ready; };
    const auto run_until = [&loop](const auto& done) {
        while (!done()) {  // the signer's part is a worker's: this loop may have nothing to do meanwhile
            loop.restart();
            loop.run_one_for(1ms);
        }
    };
    bool all_before = false;
    for (int before = 0; !all_before; ++before) {
        SCOPED_TRACE("left after " + std::to_string(before) + " calls to oned");
        ASSERT_LT(before, 50) << "a question has fewer calls than that";
        source = "10.0.1." + std::to_string(before);
        const auto who = join_to_the_end();
        test::FakeCloud slow{one};
        Service racing{slow, procedures, signing, desired, {}, site.directory.path("state/audit.log"), pool};
        slow.take_turns(loop.get_executor());
        Request request;
        request.target = "/v1/desired";
        request.peer.certificate_pem = who.certificate;
        auto asked = one::asio::co_spawn(loop, answer(racing, std::move(request)), one::asio::use_future);
        const auto waits_or_is_over = [&] { return slow.waits() || is_over(asked); };
        run_until(waits_or_is_over);
        for (int call = 0; call < before && slow.waits(); ++call) {
            slow.go_on();
            run_until(waits_or_is_over);
        }
        all_before = is_over(asked);
        slow.let_through();
        const auto leave = [](Node& present) -> Result<> {
            present.phase = Phase::leaving;
            return {};
        };
        auto left = one::asio::co_spawn(loop, racing.nodes.change(who.id, leave), one::asio::use_future);
        loop.restart();
        loop.poll();
        if (slow.waits()) slow.go_on();
        run_until([&] { return is_over(asked) && is_over(left); });
        EXPECT_TRUE(left.get());
        const auto now_there = node(who.id);
        EXPECT_EQ(now_there.phase, Phase::leaving);
        EXPECT_TRUE(!all_before || (now_there.settled && !now_there.ssh_host_certificates.empty()));
        EXPECT_EQ(slow.turns().keys(), 0U);
    }
}

TEST_F(HostCertificates, TellNodesOfEachOtherAndOfWhoLeft)
{
    const auto who = join_to_the_end();
    ASSERT_TRUE(test::run(desired.refresh()));
    const auto state = ask(who);
    EXPECT_EQ(state.ssh_authorities, std::vector<std::string>{to_line(*identity::ssh_public_key_of(authority))});
    EXPECT_EQ(state.peer_known_hosts, std::vector{"10.0.0.5 " + std::string{test::some_ssh_key}});
    EXPECT_TRUE(state.revoked_host_keys.empty());
    auto leaving = node(who.id);
    leaving.phase = Phase::leaving;
    leaving.proofs.login_ok = true;
    store(leaving);
    EXPECT_EQ(post("/v1/left", "", &who).body, "{}");
    ASSERT_TRUE(test::run(desired.refresh()));
    EXPECT_EQ((*desired.inputs())->vouching.revoked, std::vector<std::string>{test::some_ssh_key});
    EXPECT_TRUE((*desired.inputs())->peer_known_hosts.empty());
}

}  // namespace
}  // namespace onefrontend::api
