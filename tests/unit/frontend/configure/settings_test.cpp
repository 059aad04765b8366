#include "frontend/configure/keys.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>

namespace onefrontend::configure {
namespace {

std::string refusal_of(const std::string& yaml)
{
    const auto settings = read_settings(yaml);
    return settings ? "" : one::to_text(settings.error());
}

TEST(Settings, AreTheDefaultsWhereNothingIsSaid)
{
    const auto settings = read_settings("");
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->oned_port, 2633);
    EXPECT_EQ(settings->version, "7.4");
}

TEST(Settings, TakeEveryKind)
{
    const auto settings = read_settings(
        "version: 7.2\nfrontend:\n  address: one.example.com\n  extraAddresses: [10.0.0.1]\n  ipv6: false\n"
        "oned:\n  log: {level: 4}\nmonitoring:\n  log:\n    system: syslog\n"
        "network:\n  tproxy:\n  - {servicePort: 2633, remoteAddress: 10.0.0.1, remotePort: 32633, networks: [0, "
        "vnet1]}\n"
        "config:\n  oned:\n    RAFT: {LIMIT_PURGE: 5}\n");
    ASSERT_TRUE(settings) << one::to_text(settings.error());
    EXPECT_EQ(settings->address, "one.example.com");
    EXPECT_FALSE(settings->ipv6);
    EXPECT_EQ(settings->oned_log_level, 4);
    EXPECT_EQ(settings->monitor_log, "syslog");
    EXPECT_EQ(settings->proxies, (std::vector<ProxyEntry>{{2633, "10.0.0.1", 32633, {"0", "vnet1"}}}));
    EXPECT_EQ(settings->oned.find("RAFT")->find("LIMIT_PURGE")->text, "5");
}

TEST(Settings, NameTheNearestOfAKeyThatIsNotThere)
{
    EXPECT_EQ(refusal_of("oned:\n  prt: 1\n"), "cannot use oned.prt (line 2): no such key\ndid you mean port?");
    EXPECT_EQ(refusal_of("monitorin: {}\n"), "cannot use monitorin (line 1): no such key\ndid you mean monitoring?");
    EXPECT_NE(refusal_of("network: {tproxy: [{servicePort: 1, remoteAdress: x, remotePort: 1}]}\n")
                  .find("did you mean remoteAddress?"),
              std::string::npos);
}

TEST(Settings, SayWhatAKeyMayBe)
{
    EXPECT_NE(refusal_of("version: 5.12\n").find("it may be 6.10, 7.0, 7.2, 7.4"), std::string::npos);
    EXPECT_NE(refusal_of("oned: {port: many}\n").find("a number was expected"), std::string::npos);
    EXPECT_NE(refusal_of("oned: {port: 70000}\n").find("it may be 1 to 65535"), std::string::npos);
    EXPECT_NE(refusal_of("monitoring: {log: {system: std}}\n").find("it may be file, syslog"), std::string::npos);
    EXPECT_NE(refusal_of("frontend: {ipv6: maybe}\n").find("true or false"), std::string::npos);
    EXPECT_NE(refusal_of("frontend: {address: [a]}\n").find("a single value"), std::string::npos);
    EXPECT_NE(refusal_of("frontend: x\n").find("keys with values"), std::string::npos);
    EXPECT_NE(refusal_of("frontend: {extraAddresses: x}\n").find("a list"), std::string::npos);
    EXPECT_NE(refusal_of("network: {tproxy: [{servicePort: 1}]}\n").find("remoteAddress is missing"),
              std::string::npos);
    EXPECT_NE(refusal_of("config: {oned: [x]}\n").find("keys with values"), std::string::npos);
    EXPECT_NE(refusal_of("a: [\n").find("line "), std::string::npos);
}

std::string text_of(const std::string& path)
{
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

void is_shipped(const std::string& path, const std::string& text)
{
    if (std::getenv("UPDATE_GOLDEN") != nullptr)
        std::ofstream{path} << text;
    else {
        EXPECT_EQ(text_of(path), text) << path << " is made by UPDATE_GOLDEN=1";
    }
}

TEST(Settings, HaveTheSchemaThatIsShipped)
{
    is_shipped(SHIPPED_SCHEMA, settings_schema());
}

TEST(Settings, AreAllDocumented)
{
    const std::string begin = "<!-- made from the keys' table: begin -->\n";
    const std::string end = "\n<!-- end -->\n";
    auto text = text_of(SETTINGS_DOCUMENT);
    const auto from = text.find(begin);
    const auto to = text.find(end);
    ASSERT_TRUE(from != std::string::npos && to != std::string::npos);
    text.replace(from + begin.size(), to - from - begin.size(), settings_documentation());
    is_shipped(SETTINGS_DOCUMENT, text);
}

/// A path of the schema as a YAML text that sets it: "{oned: {port: X}}".
std::string setting(std::string_view path, const std::string& value)
{
    std::string yaml;
    std::string closing;
    while (!path.empty()) {
        yaml += "{" + std::string{take_step(path)} + ": ";
        closing += "}";
    }
    return yaml + value + closing;
}

void walk(const nlohmann::json& schema, const std::string& path, std::vector<std::string>& leaves)
{
    if (!schema.contains("properties")) {
        leaves.push_back(path);
        const auto good = schema.contains("default") ? schema["default"].dump() : "\"x\"";
        EXPECT_EQ(refusal_of(setting(path, good)), "");
        if (schema.contains("maximum")) {
            EXPECT_EQ(refusal_of(setting(path, schema["maximum"].dump())), "");
            EXPECT_EQ(refusal_of(setting(path, schema["minimum"].dump())), "");
            EXPECT_NE(refusal_of(setting(path, std::to_string(schema["maximum"].get<int>() + 1))), "");
            EXPECT_NE(refusal_of(setting(path, std::to_string(schema["minimum"].get<int>() - 1))), "");
        }
        for (const auto& word : schema.value("enum", nlohmann::json::array()))
            EXPECT_EQ(refusal_of(setting(path, word.dump())), "");
        if (schema.contains("enum")) {
            EXPECT_NE(refusal_of(setting(path, "\"other\"")), "");
        }
        if (schema.value("type", "") == "boolean") {
            EXPECT_NE(refusal_of(setting(path, "1")), "");
        }
        if (schema.value("type", "") == "array") {
            EXPECT_NE(refusal_of(setting(path, "{a: 1}")), "");
        }
        return;
    }
    EXPECT_FALSE(schema["additionalProperties"].get<bool>()) << path;
    EXPECT_NE(refusal_of(setting(path.empty() ? "unknown" : path + ".unknown", "1")), "");
    for (const auto& [name, inside] : schema["properties"].items())
        walk(inside, path.empty() ? name : path + '.' + name, leaves);
}

TEST(Settings, AreReadAsTheSchemaSays)
{
    std::vector<std::string> leaves;
    walk(nlohmann::json::parse(settings_schema()), "", leaves);
    EXPECT_EQ(leaves.size(), settings_keys().size());
}

}  // namespace
}  // namespace onefrontend::configure
