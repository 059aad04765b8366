#include "frontend/configure/check.hpp"
#include "frontend/configure/endpoint.hpp"
#include "tests/unit/frontend/configure/trees.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace onefrontend::configure {
namespace {

struct Case {
    std::string name;
    std::function<void(Settings&)> change;
    std::string thing;  // of the error; "warning: thing" for a warning
};

class CheckSettings : public testing::TestWithParam<Case> {};

TEST_P(CheckSettings, FindsIt)
{
    auto settings = smallest();
    settings.inside_networks = {"10.42.0.0/16"};
    ASSERT_TRUE(check_settings(settings).errors.empty());
    GetParam().change(settings);
    const auto verdict = check_settings(settings);
    std::vector<std::string> things;
    for (const auto& error : verdict.errors)
        things.push_back(error.thing);
    for (const auto& warning : verdict.warnings)
        things.push_back("warning: " + warning.thing);
    EXPECT_EQ(things, std::vector<std::string>{GetParam().thing});
}

const std::string proxy = "network.tproxy (or onegate.proxy.address)";

INSTANTIATE_TEST_SUITE_P(
    All, CheckSettings,
    testing::Values(
        Case{"NoAddress", [](Settings& s) { s.address = ""; }, "frontend.address"},
        Case{"MonitorLoopback", [](Settings& s) { s.monitor_address = "127.0.0.1"; }, "monitoring.address"},
        Case{"MonitorLocalhost", [](Settings& s) { s.monitor_address = "localhost"; }, "monitoring.address"},
        Case{"MonitorOfAPod", [](Settings& s) { s.monitor_address = "10.42.7.1"; }, "monitoring.address"},
        Case{"MonitorOfACluster", [](Settings& s) { s.monitor_address = "oned.one.svc"; }, "monitoring.address"},
        Case{"MonitorEverywhere", [](Settings& s) { s.monitor_address = "0.0.0.0"; }, "monitoring.address"},
        Case{"MonitorAutoInACluster", [](Settings& s) { s.monitor_address = "auto"; }, "warning: monitoring.address"},
        Case{"HostnameLoopback", [](Settings& s) { s.hostname = "::1"; }, "oned.hostname"},
        Case{"ExtraAddress", [](Settings& s) { s.extra_addresses = {"a b"}; }, "frontend.extraAddresses"},
        Case{"InsideNetwork", [](Settings& s) { s.inside_networks = {"10.42.0.0"}; }, "frontend.insideNetworks"},
        Case{"ListenName", [](Settings& s) { s.oned_listen = "one"; }, "oned.listenAddress"},
        Case{"ListenIPv6", [](Settings& s) { s.ipv6 = false, s.monitor_listen = "::"; }, "monitoring.listenAddress"},
        Case{"PortTwice", [](Settings& s) { s.enrollment_port = 4124; }, "enrollment.port"},
        Case{"EndpointPort", [](Settings& s) { s.oneflow_endpoint = "http://localhost:2475"; }, "endpoints.oneflow"},
        Case{"EndpointElsewhere", [](Settings& s) { s.oneflow_endpoint = "http://oneflow:2474"; }, "endpoints.oneflow"},
        Case{"EndpointScheme", [](Settings& s) { s.events_endpoint = "http://localhost:2101"; }, "endpoints.events"},
        Case{"EndpointOfAll", [](Settings& s) { s.oned_endpoint = "http://0.0.0.0:2633/RPC2"; }, "endpoints.oned"},
        Case{"EndpointWithoutPort", [](Settings& s) { s.guacd_endpoint = "guacd"; }, "endpoints.guacd"},
        Case{"EventsShut", [](Settings& s) { s.events_endpoint = "tcp://events:2101", s.events_listen = "127.0.0.1"; },
             "endpoints.events"},
        Case{"ProxyTwice",
             [](Settings& s) {
                 s.proxies = {{5030, "203.0.113.6", 1, {}}};
             },
             "network.tproxy"},
        Case{"ProxyIPv6",
             [](Settings& s) {
                 s.proxies = {{80, "2001:db8::1", 1, {}}};
             },
             proxy},
        Case{"ProxyOfAPod", [](Settings& s) { s.onegate_proxy_address = "10.42.0.3"; }, proxy},
        Case{"ProxyName", [](Settings& s) { s.version = "7.2", s.onegate_proxy_address = "gate.example.com"; }, proxy},
        Case{"NoProxyForOneGate", [](Settings& s) { s.onegate_proxy = false; }, "onegate.endpoint"},
        Case{"OtherEndpoint", [](Settings& s) { s.onegate_endpoint = "http://gate.example.com:5030"; },
             "warning: onegate.endpoint"},
        Case{"OneGateLoopback", [](Settings& s) { s.onegate_listen = "127.0.0.1"; }, "onegate.listenAddress"},
        Case{"NoPassword", [](Settings& s) { s.database_backend = "mysql"; }, "database.credentials.passwordFile"},
        Case{"RelativePath", [](Settings& s) { s.database_password_file = "pw"; }, "database.credentials.passwordFile"},
        Case{"OneKey", [](Settings& s) { s.monitor_public_key = "/k"; }, "monitoring.publicKey"},
        Case{"NoMaster", [](Settings& s) { s.federation_mode = "SLAVE"; }, "oned.federation.master"}),
    [](const auto& of) { return of.param.name; });

Verdict after(std::string_view path, const std::string& keys, bool ipv6 = true)
{
    auto settings = smallest();
    settings.inside_networks = {"10.42.0.0/16"};
    settings.ipv6 = ipv6;
    (path == oned_conf ? settings.oned : settings.monitord) = *read_yaml(keys);
    const auto rendered = render(settings, {}, tree_of("7.4").files);
    EXPECT_TRUE(rendered) << one::to_text(rendered.error());
    return check_rendered(settings, rendered ? rendered->files : Texts{});
}

TEST(CheckRendered, SeesWhatCameByPath)
{
    for (const auto* keys : {"NETWORK: {MONITOR_ADDRESS: 127.0.0.1}", "NETWORK: {MONITOR_ADDRESS: 10.42.0.1}",
                             "NETWORK: {MONITOR_ADDRESS: ''}", "NETWORK: {MONITOR_ADDRESS: a.b.svc.cluster.local}",
                             "LOG: {SYSTEM: std}", "NETWORK: null"})
        EXPECT_EQ(after(monitord_conf, keys).errors.size(), 1U) << keys;
    EXPECT_EQ(after(monitord_conf, "NETWORK: {ADDRESS: '::'}", false).errors.size(), 1U);
    EXPECT_EQ(after(monitord_conf, "NETWORK: {MONITOR_ADDRESS: auto}").errors.size(), 0U);
}

TEST(CheckRendered, NeverLetsARaftServerThrough)
{
    EXPECT_EQ(after(oned_conf, "FEDERATION: {SERVER_ID: 0}").errors.size(), 1U);
}

TEST(CheckRendered, WarnsWhereTheSchedulerIsSwitchedOff)
{
    EXPECT_EQ(after(oned_conf, "SCHED_MAD: null").warnings.size(), 1U);
}

TEST(CheckRendered, WarnsOfAPasswordThatOnedbReadsWrong)
{
    auto settings = smallest();
    settings.database_backend = "mysql";
    Secrets secrets{.database_password = one::Secret{std::string_view{"a\"b"}}};
    const auto rendered = render(settings, secrets, tree_of("7.4").files);
    ASSERT_TRUE(rendered);
    const auto verdict = check_rendered(settings, rendered->files);
    ASSERT_EQ(verdict.warnings.size(), 1U);
    EXPECT_EQ(one::to_text(verdict.warnings.front()).find("a\"b"), std::string::npos);
}

TEST(Endpoints, AreTakenApart)
{
    EXPECT_EQ(*parse_endpoint("http://one:2633/RPC2"), (Endpoint{"http", "one", 2633, "/RPC2"}));
    EXPECT_EQ(*parse_endpoint("tcp://[::1]:2101"), (Endpoint{"tcp", "::1", 2101, ""}));
    EXPECT_EQ(*parse_endpoint("guacd:4822"), (Endpoint{"", "guacd", 4822, ""}));
    for (const auto* text :
         {"", "one", "http://one", "one:", "one:0", "one:70000", "a b:1", "[::1", ":1", "http://[::1]", "1.2.3:5"})
        EXPECT_FALSE(parse_endpoint(text)) << text;
}

TEST(Endpoints, KnowLoopbackAndNetworks)
{
    for (const auto* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost", "::ffff:127.0.0.1"})
        EXPECT_TRUE(is_loopback(host)) << host;
    EXPECT_FALSE(is_loopback("128.0.0.1"));
    EXPECT_TRUE(is_inside("10.42.255.1", {"192.0.2.0/24", "10.42.0.0/16"}));
    EXPECT_TRUE(is_inside("fd00::1", {"fd00::/8"}));
    EXPECT_FALSE(is_inside("10.43.0.1", {"10.42.0.0/16", "fd00::/8"}));
    EXPECT_TRUE(is_inside("10.43.0.1", {"0.0.0.0/0"}));
    for (const auto* network : {"10.0.0.0", "10.0.0.0/33", "x/8", "10.0.0.0/", "fd00::/129"})
        EXPECT_FALSE(is_network(network)) << network;
}

}  // namespace
}  // namespace onefrontend::configure
