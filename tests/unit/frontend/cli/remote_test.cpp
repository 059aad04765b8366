// What is asked of a front-end elsewhere is what it has a route for.
#include "frontend/cli/remote.hpp"

#include "frontend/api/route.hpp"
#include "frontend/cli/options.hpp"

#include <gtest/gtest.h>

#include <set>

namespace onefrontend::cli {
namespace {

one::http::Request request_of(std::vector<std::string> words)
{
    const auto options = parse(std::move(words));
    EXPECT_TRUE(options) << (options ? "" : options.error().text);
    EXPECT_EQ(options->remote.frontend, "one");
    const auto request = to_request(*options);
    EXPECT_TRUE(request);
    return *request;
}

TEST(Elsewhere, AsksForEachVerbWhatTheServiceHas)
{
    const std::vector<std::vector<std::string>> commands{
        {"token", "create"},        {"token", "list"},
        {"token", "revoke", "7"},   {"node", "list"},
        {"node", "show", "kvm1"},   {"node", "approve", "kvm1"},
        {"node", "reject", "kvm1"}, {"node", "remove", "kvm1"},
        {"node", "ban", "kvm1"},    {"node", "test", "kvm1", "kvm2"},
        {"ca", "status"},           {"keys", "status"},
    };
    std::set<std::string> asked;
    for (auto words : commands) {
        const auto name = words[0] + ' ' + words[1];
        words.insert(words.end(), {"--endpoint", "one"});
        const auto request = request_of(std::move(words));
        asked.insert(request.method + ' ' + std::string{request.path()});
        EXPECT_EQ(request.method == "POST", !request.body.empty()) << name;
        EXPECT_EQ(request.method == "POST", request.header("Content-Type") == "application/json") << name;
    }
    std::set<std::string> there;
    for (const auto* route : api::all_routes())
        if (route->caller == api::Caller::admin)
            there.insert(std::string{route->method} + ' ' + std::string{route->path});
    EXPECT_EQ(asked, there);
}

TEST(Elsewhere, AsksForATokenWithAllItsLimits)
{
    const auto request =
        request_of({"token",     "create", "--endpoint",     "one", "--uses",    "3",          "--life",    "2h",
                    "--replace", "kvm1",   "--name-pattern", "k*",  "--network", "10.0.0.0/8", "--network", "fd00::/8",
                    "--cluster", "prod",   "--type",         "lxc", "--print",   "cloud-init"});
    EXPECT_EQ(request.body,
              R"({"uses":3,"life":7200,"name":"kvm1","replaces":true,"name_pattern":"k*",)"
              R"("networks":["10.0.0.0/8","fd00::/8"],"cluster":"prod","type":"lxc","print":"cloud-init"})");
}

TEST(Elsewhere, AsksForANameAsItIs)
{
    const auto request = request_of({"node", "show", "kvm 1&x=\xc3\xbc%", "--endpoint", "one"});
    EXPECT_EQ(request.query("node"), "kvm 1&x=\xc3\xbc%");
    EXPECT_EQ(request.query("x"), "");
}

TEST(Elsewhere, IsAskedForNoTokenThatIsNone)
{
    const auto options = parse({"token", "revoke", "ont1.7.secret", "--endpoint", "one"});
    const auto request = to_request(*options);
    ASSERT_FALSE(request);
    EXPECT_EQ(one::to_text(request.error()).find("secret"), std::string::npos);
}

TEST(Elsewhere, IsNotWhereKeysAreMovedOrMade)
{
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"ca", "rotate"}, {"ca", "export", "f"}, {"ca", "import", "f"}, {"keys", "rotate"}, {"init"}, {"serve"}}) {
        auto with_endpoint = words;
        with_endpoint.insert(with_endpoint.end(), {"--endpoint", "one"});
        EXPECT_FALSE(parse(with_endpoint)) << words[0];
    }
}

TEST(Elsewhere, TakesNoFingerprintThatIsNone)
{
    const auto wrong = parse({"node", "list", "--endpoint", "one", "--fingerprint", "s3cret"});
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().text.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace onefrontend::cli
