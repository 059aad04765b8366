// Admins' requests: from where, as whom, and what the audit log is told.
#include "frontend/api/admin.hpp"

#include "common/text/encoding.hpp"
#include "tests/unit/frontend/api/with_service.hpp"

#include <optional>

namespace onefrontend::api {
namespace {

using one::http::Request;
using one::http::Response;

constexpr std::string_view right = "alice:s3cret:1";  // oned's login tokens, and passwords, may hold colons

class AdminApi : public WithService {
protected:
    AdminApi()
    {
        service.admins = &admins;
        service.admin_networks = {*one::read_network("10.0.0.0/8"), *one::read_network("fd00::/8")};
    }
    static Request request(std::string method, std::string target, std::string body, std::string_view session = right)
    {
        Request made{.method = std::move(method), .target = std::move(target), .body = std::move(body)};
        if (!session.empty()) made.headers.emplace_back("authorization", "basic " + one::to_base64(session));
        made.headers.emplace_back("Content-Type", "application/json; charset=utf-8");
        made.peer.address = "10.0.0.5";
        return made;
    }
    Response send(Request sent) { return test::run(answer(service, std::move(sent))); }
    Response ban(std::string_view session = right)
    {
        return send(request("POST", "/v1/admin/nodes/ban", R"({"node":"kvm1"})", session));
    }
    std::string audit() { return site.directory.read("state/audit.log"); }

    test::FakeAdmins admins{};
};

TEST_F(AdminApi, DoesWhatIsAskedInTheCallersName)
{
    admins.answer = R"({"outcome":"ok"})";
    const auto response = ban();
    EXPECT_EQ(response.status, 200) << response.body;
    EXPECT_EQ(response.body, R"({"outcome":"ok"})");
    ASSERT_EQ(admins.wishes.size(), 1U);
    EXPECT_EQ(admins.wishes[0].deed, Deed::node_ban);
    EXPECT_EQ(admins.wishes[0].which, "kvm1");
}

TEST_F(AdminApi, TellsTheAuditLogWhoAskedFromWhereInWhichRequest)
{
    const auto response = ban();
    const std::string id{response.header("X-Request-Id")};
    EXPECT_NE(audit().find(R"("event":"node-banned","by":"alice","request":")" + id + R"(","from":"10.0.0.5")"),
              std::string::npos)
        << audit();
}

TEST_F(AdminApi, ReadsATokenWithAllItsLimits)
{
    ASSERT_EQ(send(request("POST", "/v1/admin/tokens/create",
                           R"({"uses":3,"life":60,"name":"kvm1","replaces":true,"name_pattern":"k*","networks":
                              ["10.1.0.0/16"],"cluster":"prod","type":"lxc","print":"json"})"))
                  .status,
              200);
    const auto& wish = admins.wishes.at(0);
    EXPECT_EQ(wish.token.uses, 3);
    EXPECT_EQ(wish.token.life, std::chrono::seconds{60});
    EXPECT_EQ(wish.token.name, "kvm1");
    const TokenLimits limits{
        .name_pattern = "k*", .networks = {"10.1.0.0/16"}, .cluster = "prod", .type = "lxc", .replaces = true};
    EXPECT_EQ(wish.token.limits, limits);
    EXPECT_EQ(wish.print, "json");
}

TEST_F(AdminApi, HasARouteForEachDeed)
{
    const std::vector<std::tuple<Deed, std::string, std::string, std::string>> all{
        {Deed::token_create, "POST", "tokens/create", "{}"},
        {Deed::token_list, "GET", "tokens", ""},
        {Deed::token_revoke, "POST", "tokens/revoke", R"({"id":7})"},
        {Deed::node_list, "GET", "nodes", ""},
        {Deed::node_show, "GET", "nodes/show?node=kvm%31", ""},
        {Deed::node_approve, "POST", "nodes/approve", R"({"node":"ABCD-EFGH"})"},
        {Deed::node_reject, "POST", "nodes/reject", R"({"node":"ABCD-EFGH"})"},
        {Deed::node_remove, "POST", "nodes/remove", R"({"node":"kvm1"})"},
        {Deed::node_ban, "POST", "nodes/ban", R"({"node":"kvm1"})"},
        {Deed::node_test, "POST", "nodes/test", R"({"node":"kvm1","other":"kvm2"})"},
        {Deed::ca_status, "GET", "ca", ""},
        {Deed::keys_status, "GET", "keys", ""},
    };
    for (const auto& [deed, method, target, body] : all) {
        admins.wishes.clear();
        EXPECT_EQ(send(request(method, "/v1/admin/" + target, body)).status, 200) << target;
        ASSERT_EQ(admins.wishes.size(), 1U) << target;
        EXPECT_EQ(admins.wishes[0].deed, deed) << target;
        const std::string which = deed == Deed::node_show      ? "kvm1"
                                  : deed == Deed::token_revoke ? "7"
                                                               : admins.wishes[0].which;
        EXPECT_EQ(admins.wishes[0].which, which);
    }
}

TEST_F(AdminApi, AsksWhoIsThere)
{
    for (const std::string_view nobody : {"", "alice", "alice:", ":s3cret"}) {
        const auto response = ban(nobody);
        EXPECT_EQ(response.status, 401) << nobody;
        EXPECT_EQ(response.header("WWW-Authenticate"), "Basic realm=\"OpenNebula\", charset=\"UTF-8\"");
    }
    auto odd = request("POST", "/v1/admin/nodes/ban", R"({"node":"kvm1"})", "");
    for (const auto* value : {"", "Basic", "Basic %%%", "Bearer YWxpY2U6czNjcmV0OjE=", "Basic\tYWxpY2U6czNjcmV0OjE="}) {
        odd.headers = {{"Authorization", value}, {"Content-Type", "application/json"}};
        EXPECT_EQ(send(odd).status, 401) << value;
    }
    EXPECT_TRUE(admins.wishes.empty());
}

TEST_F(AdminApi, SlowsDownWhoGuessesPasswords)
{
    for (int i = 0; i < 30; ++i)
        ASSERT_EQ(ban("alice:guess").status, 401);
    const auto response = ban();
    EXPECT_EQ(response.status, 429);
    EXPECT_NE(response.body.find("too many wrong passwords came from this address"), std::string::npos);
    EXPECT_TRUE(admins.wishes.empty());
    auto elsewhere = request("POST", "/v1/admin/nodes/ban", R"({"node":"kvm1"})");
    elsewhere.peer.address = "10.0.0.6";
    EXPECT_EQ(send(elsewhere).status, 200);
}

TEST_F(AdminApi, IsHeardFromItsNetworksOnly)
{
    auto sent = request("GET", "/v1/admin/nodes", "");
    sent.peer.address = "192.0.2.7";
    const auto response = send(sent);
    EXPECT_EQ(response.status, 403);
    EXPECT_NE(response.body.find("admin_networks"), std::string::npos);
    sent.peer.address = "fd00::5";
    EXPECT_EQ(send(sent).status, 200);
    service.admin_networks.clear();
    EXPECT_EQ(send(sent).status, 403);
}

TEST_F(AdminApi, DoesNothingThatTheAuditLogCannotBeTold)
{
    std::filesystem::create_directory(site.directory.path("state/audit.log"));
    EXPECT_NE(ban().status, 200);
    EXPECT_TRUE(admins.wishes.empty());
}

TEST_F(AdminApi, TellsTheAuditLogWhatWasDoneBeforeItFailed)
{
    admins.answer = one::fail({.kind = one::ErrorKind::conflict, .thing = "host 3", .reason = "VMs are on it"});
    EXPECT_EQ(ban().status, 409);
    EXPECT_NE(audit().find("node-banned"), std::string::npos);
}

TEST_F(AdminApi, GoesOnToTheEndWhereTheCallerHangsUp)
{
    auto& loop = test::shared_loop();
    one::asio::steady_timer slow{loop, std::chrono::hours{1}};
    admins.slow = &slow;
    one::Tasks tasks{loop.get_executor()};
    const auto caller = [this]() -> Async<> {
        (void)co_await answer(service, request("POST", "/v1/admin/nodes/ban", R"({"node":"kvm1"})"));
    };
    tasks.spawn("caller", caller());
    loop.restart();
    loop.poll();
    tasks.cancel();
    loop.poll();
    EXPECT_TRUE(admins.wishes.empty());
    slow.cancel();
    test::run(tasks.drain(std::chrono::seconds{10}));
    EXPECT_EQ(admins.wishes.size(), 1U);
    EXPECT_NE(audit().find("node-banned"), std::string::npos);
}

TEST_F(AdminApi, DoesNothingForAFormOnAPageOfSomebodyElses)
{
    for (const auto* type : {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""}) {
        auto sent = request("POST", "/v1/admin/nodes/ban", R"({"node":"kvm1"})");
        sent.headers.back().second = type;
        const auto response = send(std::move(sent));
        EXPECT_EQ(response.status, 400) << type;
        EXPECT_NE(response.body.find("Content-Type"), std::string::npos);
    }
    EXPECT_TRUE(admins.wishes.empty());
}

TEST_F(AdminApi, RefusesWhatItCannotRead)
{
    const auto status = [this](const char* target, std::string body) {
        return send(request("POST", target, std::move(body))).status;
    };
    EXPECT_EQ(status("/v1/admin/nodes/ban", "{"), 400);
    EXPECT_EQ(status("/v1/admin/nodes/ban", "[]"), 400);
    EXPECT_EQ(status("/v1/admin/nodes/ban", "{}"), 400);
    EXPECT_EQ(status("/v1/admin/nodes/ban", R"({"node":""})"), 400);
    EXPECT_EQ(status("/v1/admin/nodes/ban", R"({"node":7})"), 400);
    EXPECT_EQ(status("/v1/admin/nodes/test", R"({"node":"kvm1","other":""})"), 400);
    EXPECT_EQ(status("/v1/admin/tokens/revoke", R"({"id":"7"})"), 400);
    EXPECT_EQ(status("/v1/admin/tokens/create", R"({"networks":"10.0.0.0/8"})"), 400);
    EXPECT_EQ(status("/v1/admin/tokens/create", R"({"netwroks":["10.0.0.0/8"]})"), 400);  // no limit at all otherwise
    EXPECT_EQ(status("/v1/admin/tokens/create", R"({"print":"xml"})"), 400);
    EXPECT_EQ(status("/v1/admin/tokens/create", '{' + std::string(20000, ' ') + '}'), 400);
    EXPECT_EQ(send(request("GET", "/v1/admin/nodes/show", "")).status, 400);
    EXPECT_TRUE(admins.wishes.empty());
}

}  // namespace
}  // namespace onefrontend::api
