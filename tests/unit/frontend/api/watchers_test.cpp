// /live, /ready and /metrics: they tell the truth, also the unpleasant one.
#include "frontend/api/watchers.hpp"
#include "tests/unit/frontend/api/with_service.hpp"

#include "frontend/enroll/json.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <filesystem>

namespace onefrontend::api {
namespace {

using Local = one::asio::local::stream_protocol;

class Watchers : public WithService {
protected:
    Watchers() { EXPECT_TRUE(test::run(desired.refresh())); }

    one::http::Response get(std::string path)
    {
        Readiness fresh{service, socket};
        one::http::Request request;
        request.target = std::move(path);
        Watched watched{&service, &fresh, [] { return one::http::ServerCounts{.accepted = 5, .open = 2}; }};
        return test::run(answer_watcher(std::move(watched), std::move(request)));
    }
    /// The conditions that do not hold.
    std::vector<std::string> missing()
    {
        const auto response = get("/ready");
        const auto tree = Json::parse(response.body);
        std::vector<std::string> names;
        for (const auto& each : tree["conditions"])
            if (!each["holds"].get<bool>()) {
                names.push_back(each["name"].get<std::string>());
                EXPECT_FALSE(each["reason"].get<std::string>().empty());
                EXPECT_FALSE(each["next"].get<std::string>().empty()) << names.back();
            }
        EXPECT_EQ(tree["ready"].get<bool>(), names.empty());
        EXPECT_EQ(response.status, names.empty() ? 200 : 503);
        return names;
    }
    using Names = std::vector<std::string>;

    std::string socket = site.directory.path("signer.sock");
    std::optional<Local::acceptor> signer_socket{std::in_place, test::shared_loop(), Local::endpoint{socket}};
};

TEST_F(Watchers, SeeAReplicaThatIsReady)
{
    EXPECT_EQ(missing(), Names{});
}

TEST_F(Watchers, SeeThatOnedIsAwayOrDoesNotLead)
{
    one.away = true;
    EXPECT_EQ(missing(), Names{"oned"});
    one.away = false;
    one.raft = oned::RaftState::follower;
    EXPECT_EQ(missing(), Names{"oned"});
}

TEST_F(Watchers, SeeThatTheSignerIsGone)
{
    signer_socket.reset();
    EXPECT_EQ(missing(), Names{"signer"});
}

TEST_F(Watchers, SeeThatTheAuditLogCannotBeWritten)
{
    std::filesystem::remove_all(site.directory.path("state"));
    EXPECT_EQ(missing(), Names{"audit-log"});
}

TEST_F(Watchers, SeeThatTheServiceEndsOrItsCertificateHas)
{
    service.stopping = true;
    EXPECT_EQ(missing(), Names{"serving"});
    service.stopping = false;
    service.certificate_ends = service.now_ms() / 1000 - 1;
    EXPECT_EQ(missing(), Names{"certificate"});
}

TEST_F(Watchers, SeeLifeWhateverIsMissing)
{
    one.away = true;
    signer_socket.reset();
    EXPECT_EQ(get("/live").status, 200);
}

TEST_F(Watchers, ReadConditionsAndConnectionsAmongTheMetrics)
{
    signer_socket.reset();
    const auto response = get("/metrics");
    EXPECT_EQ(response.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    for (const char* line :
         {"onefrontend_ready 0", R"(onefrontend_condition{name="signer"} 0)", R"(onefrontend_condition{name="oned"} 1)",
          "onefrontend_connections 2", "onefrontend_connections_total 5", "process_resident_memory_bytes "})
        EXPECT_NE(response.body.find('\n' + std::string{line}), std::string::npos) << line << '\n' << response.body;
}

TEST_F(Watchers, AreToldOfNothingElse)
{
    EXPECT_EQ(get("/v1/hello").status, 404);
    EXPECT_EQ(get("/").status, 404);
}

TEST_F(Watchers, AskOnedNoMoreThanOnceASecond)
{
    Readiness readiness{service, socket};
    test::run(readiness.look());
    const int calls = one.calls;
    for (int i = 0; i < 20; ++i)
        test::run(readiness.look());
    EXPECT_EQ(one.calls, calls);
}

}  // namespace
}  // namespace onefrontend::api
