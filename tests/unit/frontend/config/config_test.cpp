#include "frontend/config.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

std::string refusal_of(std::string_view yaml)
{
    const auto config = read_config(yaml);
    return config ? "" : one::to_text(config.error());
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
    EXPECT_EQ(refusal_of("listen_port: many\n"), "cannot use configuration key listen_port: a number was expected");
    EXPECT_EQ(refusal_of("listen_port: 70000\n"), "cannot use configuration key listen_port: a port is at most 65535");
    EXPECT_EQ(refusal_of("server_names: one\n"), "cannot use configuration key server_names: a list was expected");
    EXPECT_EQ(refusal_of("ssh_user: [a]\n"), "cannot use configuration key ssh_user: a single value was expected");
    EXPECT_EQ(refusal_of("sweep_interval: 0s\n"),
              "cannot use configuration key sweep_interval: a time above zero was expected");
    EXPECT_EQ(refusal_of("closed_networks: [10.42.0.0/16, fd00::/8, 10.43.0.0]\n"),
              "cannot use configuration key closed_networks: 10.43.0.0 is no network such as 10.42.0.0/16");
    EXPECT_EQ(refusal_of("state_dir: here\n"), "cannot use configuration key state_dir: an absolute path was expected");
}

TEST(Config, NamesTheLineOfBrokenYaml)
{
    EXPECT_NE(refusal_of("ssh_user: a\nlisten_port: [1\n").find("line "), std::string::npos);
    EXPECT_NE(refusal_of("- a\n"), "");
}

}  // namespace
}  // namespace onefrontend
