// Our rules come back beside those that were loaded anew, and only while this machine is joined.
#include "nodeagent/watch/firewall.hpp"

#include "nodeagent/firewall/rules.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/watch/fake_eye.hpp"

#include <boost/asio/steady_timer.hpp>
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
    Membership member{.phase = MemberPhase::joined, .frontend = "one:4125", .desired = {.type = "qemu"}};
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

TEST_F(FirewallTest, DoesNotTakeSilenceForAnOpenFirewall)
{
    host.answering({"nft", "-j"}, CommandOutput{.exit_code = 1, .err = "nft was stopped after 10 s\n"});
    const auto opened = open_firewall_again(host);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().reason.find("nft was stopped after 10 s"), std::string::npos) << opened.error().reason;
    EXPECT_EQ(opened.error().next, "run it and see what holds it up: nft list ruleset");
}

std::ptrdiff_t looks_of_nft(const FakeHost& host)
{
    return std::ranges::count(host.looked(), std::string{"list"}, [](const Command& command) {
        return command.argv.size() > 2 ? command.argv[2] : std::string{};
    });
}

/// Listens through one that the test holds.
class Through : public Eye {
public:
    explicit Through(FakeEye& eye) : eye_(&eye) {}
    Async<Woken> changed(std::optional<std::chrono::milliseconds> limit) override { return eye_->changed(limit); }

private:
    FakeEye* eye_;
};

class FirewallLoop : public FirewallTest {
protected:
    void run()
    {
        one::Tasks tasks{loop.get_executor()};
        const auto open = [this]() -> std::unique_ptr<Eye> {
            ++opened;
            return std::make_unique<Through>(eye);
        };
        tasks.spawn("firewall", keep_firewall_open(host, open, standing, worker,
                                                   {.quiet = std::chrono::milliseconds{1},
                                                    .first_rest = std::chrono::milliseconds{1},
                                                    .slow = std::chrono::milliseconds{3}}));
        loop.run();
        tasks.cancel();
        loop.restart();
        loop.run();
    }

    one::asio::io_context loop{1};
    one::asio::thread_pool worker{1};
    FakeEye eye;
    Standing standing{host, {}};
    int opened = 0;
};

TEST_F(FirewallLoop, ListensOnceAJoinWroteItsFile)
{
    host.without(file);
    one::asio::steady_timer later{loop, std::chrono::milliseconds{20}};
    later.async_wait([&](boost::system::error_code) {
        EXPECT_EQ(opened, 0) << "to listen loads a module";
        host.with_file(file, "in tcp 22 10.0.0.1\n");
    });
    eye.when_waiting = [&] { loop.stop(); };
    run();
    EXPECT_EQ(opened, 1);
    EXPECT_EQ(looks_of_nft(host), 1);
}

TEST_F(FirewallLoop, LooksNowAndThenWhereTheKernelTellsOfNoChange)
{
    int waits = 0;
    eye.when_waiting = [&] {
        if (++waits == 4) host.with_file("/proc/net/ip_tables_names", "filter\n");
        if (waits == 4) {
            EXPECT_EQ(looks_of_nft(host), 1) << "nft tells of its own";
        }
        if (waits == 7) loop.stop();
    };
    run();
    EXPECT_GE(looks_of_nft(host), 2);
    EXPECT_EQ(opened, 1);
}

TEST_F(FirewallLoop, LooksAgainWheneverRulesGo)
{
    std::ptrdiff_t looks = 0;
    eye.when_waiting = [&] {
        looks = looks_of_nft(host);
        if (!host.stat(file)) return loop.stop();
        host.without(file);
        eye.saw_something();
    };
    run();
    EXPECT_EQ(looks, 1) << "and with the file gone there is nothing to look for";
}

}  // namespace
}  // namespace onenode
