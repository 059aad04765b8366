// The keeper of the transparent proxy on a machine in memory: what opens an eye leads to the repair that it needs.
#include "nodeagent/watch/proxy_keeper.hpp"

#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"
#include "tests/unit/fake/fake_host.hpp"
#include "tests/unit/nodeagent/watch/fake_eye.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace onenode {
namespace {

constexpr const char* forgotten = "Error: No such file or directory";

class ProxyKeeperTest : public testing::Test {
protected:
    ProxyKeeperTest()
    {
        configure("10.0.0.1");
        host.with_file("/var/lib/one/datastores/0/7/vm.xml",
                       "<VM><TEMPLATE><NIC><NIC_ID>0</NIC_ID><VN_MAD>bridge</VN_MAD></NIC></TEMPLATE></VM>");
        for (const auto* file : {"/sys/class/net/br0/brif/one-7-0", "/sys/class/net/br0/brif/br0b",
                                 "/run/netns/one_tproxy_br0", "/sys/class/net/br0b/address"})
            host.with_file(file, "");
        host.with_directory("/sys/class/net/br0/bridge");
        host.with_process({.pid = 11, .argv = {"one_tproxy"}}).with_process({.pid = 12, .argv = {"one_tproxy_br0"}});
        host.answering({"/usr/sbin/nft", "-j"}, [this](const Command& command) -> Result<CommandOutput> {
            return answer(command.argv.at(4) == "ip" ? map : rule);
        });
        host.answering({"/usr/sbin/nft", "-f"}, [this](const Command& command) -> Result<CommandOutput> {
            if (command.input.find("ep_br0") != std::string::npos) write_map(command.input);
            return CommandOutput{};
        });
        host.answering({"sudo", "-n"}, [this](const Command& command) -> Result<CommandOutput> {
            orders.push_back(command.argv.back());
            if (orders.back() == "restart") restarted();
            return CommandOutput{};
        });
        know(R"([[5030, {"concat": ["10.0.0.1", 5030]}]])");
        be(MemberPhase::joined);
    }

    void be(MemberPhase phase)
    {
        FakeHost other;
        other.with_directory(places::state_dir, 0700);
        EXPECT_TRUE(save_membership(other, {.phase = phase, .frontend = "one:4125"}));
        host.with_directory(places::state_dir, 0700).with_file(places::membership, *other.read(places::membership));
    }

    static CommandOutput answer(const std::string& text)
    {
        return text.empty() ? CommandOutput{.exit_code = 1, .err = forgotten} : CommandOutput{.out = text};
    }
    void configure(const std::string& address)
    {
        host.with_file(vnm::network_file, fmt::format(":tproxy:\n- :service_port: 5030\n  :remote_addr: {}\n"
                                                      "  :remote_port: 5030\n",
                                                      address));
    }
    void know(const std::string& elements)
    {
        map = fmt::format(R"({{"nftables": [{{"map": {{"name": "ep_br0", "elem": {}}}}}]}})", elements);
    }
    // "add element ip one_tproxy ep_br0 { 5030 : 10.0.0.1 . 5030 }"
    void write_map(const std::string& script)
    {
        const auto from = script.find("5030 : ") + 7;
        know(
            fmt::format(R"([[5030, {{"concat": ["{}", 5030]}}]])", script.substr(from, script.find(' ', from) - from)));
    }
    void restarted()
    {
        host.machine().processes.clear();
        host.with_process({.pid = 21, .argv = {"one_tproxy"}}).with_process({.pid = 22, .argv = {"one_tproxy_br0"}});
    }

    /// Each act at the next moment that somebody waits for the eye; after the last one it ends.
    void run(std::vector<std::function<void()>> acts)
    {
        std::size_t next = 0;
        eye.when_waiting = [&, next]() mutable {
            if (next == acts.size()) return loop.stop();
            acts[next++]();
            eye.saw_something();
        };
        one::Tasks tasks{loop.get_executor()};
        const auto open_rules = [this] {
            ++listening;
            return std::make_unique<FakeEye>();
        };
        ProxyKeeper keeper{host, {.files = &eye, .rules = open_rules}, standing, worker, limits};
        keeper.run(tasks);
        loop.run();
        tasks.cancel();
        loop.restart();
        loop.run();
        (void)next;
    }

    FakeHost host{};
    std::string map{};
    std::string rule = R"({"nftables": [{"rule": {"chain": "ch_br0"}}]})";
    std::vector<std::string> orders{};
    int listening = 0;  // to the rules of nftables
    Standing standing{host, {}};
    one::asio::io_context loop{1};
    one::asio::thread_pool worker{1};
    FakeEye eye{};
    ProxyLimits limits{.quiet = std::chrono::milliseconds{1}};
};

TEST_F(ProxyKeeperTest, DoesNothingOnceThisMachineIsAboutToLeave)
{
    be(MemberPhase::leaving);
    run({[this] { host.without("/run/netns/one_tproxy_br0"); }, [this] { map.clear(); }});
    EXPECT_TRUE(orders.empty());
    EXPECT_TRUE(standing.status().troubles.empty());
}

TEST_F(ProxyKeeperTest, DoesNothingWhereAllIsWell)
{
    run({[] {}});
    EXPECT_TRUE(host.touched().empty());
    EXPECT_EQ(eye.paths, (std::vector<std::string>{vnm::network_file, vnm::proxy_script, "/etc/hosts",
                                                   "/run/netns/one_tproxy_br0"}));
}

TEST_F(ProxyKeeperTest, ListensToTheRulesOnceABridgeHasAProxy)
{
    host.without("/sys/class/net/br0/brif/one-7-0");
    run({[&] { EXPECT_EQ(listening, 0) << "to listen loads nf_tables"; },
         [&] { host.with_file("/sys/class/net/br0/brif/one-7-0", ""); }, [] {}});
    EXPECT_EQ(listening, 1);
}

TEST_F(ProxyKeeperTest, WritesAFlushedMapAgainAndLeavesTheProxyAlone)
{
    run({[&] { map.clear(); }});
    EXPECT_NE(map.find("10.0.0.1"), std::string::npos);
    EXPECT_TRUE(orders.empty());
}

TEST_F(ProxyKeeperTest, RestartsTheProxyWhenTheFrontEndsAddressChanged)
{
    run({[&] { configure("10.0.0.2"); }});
    EXPECT_NE(map.find("10.0.0.2"), std::string::npos);
    EXPECT_EQ(orders, (std::vector<std::string>{"restart"}));
}

TEST_F(ProxyKeeperTest, RestartsAProxyThatTheDriverOnlyReloaded)
{
    run({[&] {
        configure("10.0.0.2");
        know(R"([[5030, {"concat": ["10.0.0.2", 5030]}]])");
    }});
    EXPECT_TRUE(std::ranges::find(host.touched(), "run /usr/sbin/nft -f -") == host.touched().end());
    EXPECT_EQ(orders, (std::vector<std::string>{"restart"}));
}

TEST_F(ProxyKeeperTest, SaysWhatItCannotMend)
{
    standing.well("joined");
    run({[&] {
        host.machine().processes.clear();
        host.answering({"sudo", "-n"}, CommandOutput{.exit_code = 1, .err = "sudo: a password is required"});
    }});
    EXPECT_NE(standing.status().sentence.find("a password is required"), std::string::npos)
        << standing.status().sentence;
}

TEST_F(ProxyKeeperTest, GivesWayToAProgramThatInsists)
{
    standing.well("joined");
    const auto flush = [&] { map.clear(); };
    run({flush, flush, flush, flush, flush, flush});
    EXPECT_TRUE(map.empty());
    EXPECT_NE(standing.status().sentence.find("again and again"), std::string::npos) << standing.status().sentence;
}

}  // namespace
}  // namespace onenode
