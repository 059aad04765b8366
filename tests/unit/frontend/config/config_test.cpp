#include "frontend/config.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <fstream>
#include <set>
#include <string>

namespace onefrontend {
namespace {

std::string refusal_of(std::string_view yaml)
{
    const auto config = read_config(yaml);
    return config ? "" : one::to_text(config.error());
}

std::string reason_of(std::string_view yaml)
{
    const auto config = read_config(yaml);
    return config ? "" : config.error().reason;
}

TEST(Config, HasItsDefaultsWhereNothingIsSaid)
{
    const auto config = read_config("");
    ASSERT_TRUE(config);
    EXPECT_EQ(config->listen_port, 4125);
    EXPECT_EQ(config->state_dir, "/var/lib/onefrontend");
}

TEST(Config, TakesTextNumbersListsAndTimes)
{
    const auto config = read_config(
        "listen_port: 4225\nserver_names: [one.example.com, 10.0.0.1]\nnode_certificate_life: 2d\nssh_user: cloud\n");
    ASSERT_TRUE(config) << one::to_text(config.error());
    EXPECT_EQ(config->listen_port, 4225);
    EXPECT_EQ(config->server_names, (std::vector<std::string>{"one.example.com", "10.0.0.1"}));
    EXPECT_EQ(config->node_certificate_life, std::chrono::hours{48});
    EXPECT_EQ(config->ssh_user, "cloud");
}

TEST(Config, ReadsJsonToo)
{
    EXPECT_EQ(read_config(R"({"ssh_user": "x", "sweep_interval": "2s"})")->sweep_interval, std::chrono::seconds{2});
}

TEST(Config, NamesTheNearestOfAKeyThatIsNotThere)
{
    EXPECT_EQ(refusal_of("lisen_port: 1\n"),
              "cannot use configuration key lisen_port: no such key\ndid you mean listen_port?");
}

TEST(Config, SaysWhatAKeyShouldHold)
{
    EXPECT_EQ(reason_of("listen_port: many\n"), "a number was expected");
    EXPECT_EQ(reason_of("listen_port: 70000\n"), "a port is at most 65535");
    EXPECT_EQ(reason_of("metrics_port: 70000\n"), "a port is at most 65535");
    EXPECT_EQ(reason_of("ssh_port: 0\n"), "a port from 1 to 65535 was expected");
    EXPECT_EQ(reason_of("ssh_port: 2022\n"), "");
    EXPECT_EQ(reason_of("proxy_peers: [balancer]\n"), "balancer is no network such as 10.42.0.0/16");
    EXPECT_EQ(reason_of("proxy_peers: [10.0.0.5, 'fd00::/8']\n"), "");
    EXPECT_EQ(reason_of("server_names: one\n"), "a list was expected");
    EXPECT_EQ(reason_of("ssh_user: [a]\n"), "a single value was expected");
    EXPECT_EQ(reason_of("sweep_interval: 0s\n"), "a time above zero was expected");
    EXPECT_EQ(reason_of("closed_networks: [10.42.0.0/16, fd00::/8, 10.43.0.0]\n"),
              "10.43.0.0 is no network such as 10.42.0.0/16");
    EXPECT_EQ(reason_of("state_dir: here\n"), "an absolute path was expected");
    EXPECT_EQ(reason_of("packages_key: here\n"), "an absolute path was expected");
    EXPECT_EQ(reason_of("packages_apt: ''\npackages_dnf: ''\n"), "");
    EXPECT_EQ(reason_of("packages_dnf: 'file:/srv'\n"), "\"file:/srv\" does not begin with https:// or http://");
    EXPECT_EQ(refusal_of("packages_apt: 'http:///x'\n"),
              "cannot use configuration key packages_apt: \"http:///x\" names no host, or a port that is none: "
              "https://HOST[:PORT]/PATH is meant\ndocs/configuration.md shows what it may be");
    EXPECT_NE(reason_of("packages_apt: 'https://a:b@one/'\n").find("a user name or password"), std::string::npos);
}

TEST(Config, NamesTheLineOfBrokenYaml)
{
    EXPECT_NE(refusal_of("ssh_user: a\nlisten_port: [1\n").find("line "), std::string::npos);
    EXPECT_NE(refusal_of("- a\n"), "");
}

// Rows of docs/configuration.md: "| `key` | default | what it is |".
std::set<std::string> documented_keys()
{
    std::ifstream file{CONFIGURATION_DOCUMENT};
    std::set<std::string> keys;
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("| `") && std::islower(static_cast<unsigned char>(line[3])) != 0)  // not OpenNebula's own
            keys.insert(line.substr(3, line.find('`', 3) - 3));
    return keys;
}

TEST(Configuration, HasTheKeysThatTheDocumentationExplains)
{
    std::set<std::string> keys;
    for (const auto key : configuration_keys())
        keys.emplace(key);
    EXPECT_EQ(keys, documented_keys());
}

}  // namespace
}  // namespace onefrontend
