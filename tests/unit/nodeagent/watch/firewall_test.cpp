// Our rules come back beside those that were loaded anew, and only while this machine is joined.
#include "nodeagent/watch/firewall.hpp"

#include "nodeagent/firewall/rules.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/watch/fake_eye.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode {
namespace {

const std::string file{firewall::file};

class FirewallTest : public testing::Test {
protected:
    FirewallTest()
    {
        host.with_directory("/sys/module/nf_tables")
            .with_program("nft", "/usr/sbin")
            .with_directory("/etc/onenode")
            .with_file(file, "in tcp 22 10.0.0.1\n")
            .answering({"nft"}, CommandOutput{})
            .answering({"nft", "-j"}, CommandOutput{.out = R"({"nftables":[{"chain":{"family":"inet","table":"filter",)"
                                                           R"("name":"input","type":"filter","hook":"input",)"
                                                           R"("policy":"drop"}}]})"});
        EXPECT_TRUE(host.make_directory({.path = places::state_dir, .mode = 0700}));
        EXPECT_TRUE(save_membership(host, member));
    }

    FakeHost host{};
    Membership member{.phase = MemberPhase::joined, .frontend = "one:4125"};
};

TEST_F(FirewallTest, PutsOursBesideTheChainThatDrops)
{
    EXPECT_EQ(open_firewall_again(host).value(), 1U);
    EXPECT_TRUE(std::ranges::any_of(host.touched(), [](const std::string& change) {
        return change.starts_with("run nft add chain inet filter onenode-input; ");
    }));
}

TEST_F(FirewallTest, TouchesNothingWithoutTheFileOrWithoutAMembership)
{
    host.without(file);
    EXPECT_FALSE(keeps_firewall_open(host));
    EXPECT_EQ(open_firewall_again(host).value(), 0U);
    host.with_file(file, "in tcp 22 10.0.0.1\n");
    member.phase = MemberPhase::leaving;
    EXPECT_TRUE(save_membership(host, member));
    EXPECT_EQ(open_firewall_again(host).value(), 0U);
}

TEST_F(FirewallTest, SaysWhatNftRefused)
{
    host.answering({"nft"}, CommandOutput{.exit_code = 1, .err = "Error: Could not process rule\nmore\n"});
    const auto opened = open_firewall_again(host);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().reason, "Error: Could not process rule");
}

TEST_F(FirewallTest, LooksAgainWheneverRulesGo)
{
    one::asio::io_context loop{1};
    one::asio::thread_pool worker{1};
    FakeEye eye;
    Standing standing{host, {}};
    std::ptrdiff_t looks = 0;
    eye.when_waiting = [&] {
        looks = std::ranges::count(host.looked(), std::string{"list"}, [](const Command& command) {
            return command.argv.size() > 2 ? command.argv[2] : std::string{};
        });
        if (!host.stat(file)) return loop.stop();
        host.without(file);
        eye.saw_something();
    };
    one::Tasks tasks{loop.get_executor()};
    tasks.spawn("firewall", keep_firewall_open(
                                host, eye, standing, worker,
                                {.quiet = std::chrono::milliseconds{1}, .first_rest = std::chrono::milliseconds{1}}));
    loop.run();
    EXPECT_EQ(looks, 1) << "and with the file gone there is nothing to look for";
    tasks.cancel();
    loop.restart();
    loop.run();
}

}  // namespace
}  // namespace onenode
