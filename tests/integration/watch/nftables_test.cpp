// The transparent proxy's rules, changed in a network namespace of the test's own, and a process that ends.
#include "nodeagent/watch/netlink.hpp"
#include "nodeagent/watch/processes.hpp"

#include "tests/integration/watch/network_test.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

namespace onenode {
namespace {

class NftablesTest : public NetworkTest<ProxyRules> {
protected:
    void nft(const std::string& script) { run({.argv = {"nft", "-f", "-"}, .input = script}); }
};

TEST_F(NftablesTest, SeesTheProxysRulesComeAndGo)
{
    nft("add table ip one_tproxy\n"
        "add map ip one_tproxy ep_br0 { type inet_service : ipv4_addr . inet_service; }\n");
    expect_seen("a map");
    nft("add element ip one_tproxy ep_br0 { 5030 : 10.0.0.1 . 5030 }\n");
    expect_seen("an element");
    nft("flush map ip one_tproxy ep_br0\nadd element ip one_tproxy ep_br0 { 5030 : 10.0.0.2 . 5030 }\n");
    expect_seen("another element");
    nft("flush ruleset\n");
    expect_seen("nothing left");
}

TEST_F(NftablesTest, SleepsWhileOthersChangeTheirRules)
{
    nft("add table ip one_tproxy_of_somebody\nadd chain ip one_tproxy_of_somebody one_tproxy\n"
        "add table inet filter\nadd set inet filter one_tproxy { type ipv4_addr; }\n"
        "add element inet filter one_tproxy { 10.0.0.1 }\n");
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
    nft("flush ruleset\n");
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
}

class ProcessesTest : public testing::Test {
protected:
    ~ProcessesTest() override { end(); }
    static pid_t sleeper()
    {
        const pid_t pid = ::fork();
        if (pid == 0) {
            ::pause();
            ::_exit(0);
        }
        return pid;
    }
    void end()
    {
        if (child <= 0) return;
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        child = 0;
    }

    one::asio::io_context loop{1};
    std::unique_ptr<Processes> eye = *Processes::open(loop.get_executor());
    pid_t child = sleeper();
};

TEST_F(ProcessesTest, SeeOneEnd)
{
    eye->watch({0, child, ::getpid()});
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
    end();
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
}

TEST_F(ProcessesTest, SeeOneThatWasGoneBeforeItWasWatched)
{
    const pid_t gone = child;
    end();
    eye->watch({gone});
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::changed);
}

// The loop sleeps when others tell it what to watch.
TEST_F(ProcessesTest, WakeWhoWaitsAlready)
{
    const pid_t gone = child;
    end();
    boost::asio::post(loop, [&] { eye->watch({gone}); });
    EXPECT_EQ(seen(loop, *eye), Woken::changed);
}

TEST_F(ProcessesTest, DoNotCareForOneThatIsNotWatchedAnyMore)
{
    eye->watch({child});
    eye->watch({::getpid()});
    end();
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
}

}  // namespace
}  // namespace onenode
