// Addresses and links that change in a network namespace of the test's own.
#include "nodeagent/watch/netlink.hpp"

#include "nodeagent/host/real_host.hpp"
#include "tests/integration/watch/seen.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>

namespace onenode {
namespace {

class NetlinkTest : public testing::Test {
protected:
    void SetUp() override
    {
        static const bool alone = ::geteuid() == 0 && ::unshare(CLONE_NEWNET) == 0;
        if (!alone) GTEST_SKIP() << "a network namespace of its own needs root";
        ip({"link", "set", "lo", "up"});
        eye = *Netlink::open(loop.get_executor());
    }
    void ip(std::vector<std::string> words)
    {
        words.insert(words.begin(), "ip");
        const auto done = host.run({.argv = std::move(words)});
        ASSERT_TRUE(done && done->ok()) << (done ? done->err : one::to_text(done.error()));
    }
    void expect_seen(const std::string& what)
    {
        EXPECT_EQ(seen(loop, *eye), Woken::changed) << what;
        while (seen_at_once(loop, *eye) == Woken::changed) {
        }
    }

    RealHost host{};
    one::asio::io_context loop{1};
    std::unique_ptr<Netlink> eye{};
};

TEST_F(NetlinkTest, SeesAddressesAndLinksComeAndGo)
{
    ip({"link", "add", "onetest0", "type", "bridge"});
    ip({"link", "set", "onetest0", "up"});
    expect_seen("a link that goes up");
    ip({"address", "add", "192.0.2.7/24", "dev", "onetest0"});
    expect_seen("an address");
    const auto addresses = host.addresses();
    EXPECT_NE(std::ranges::find(addresses, "192.0.2.7"), addresses.end());
    ip({"address", "add", "2001:db8::7/64", "dev", "onetest0", "nodad"});
    expect_seen("an address of IPv6");
    ip({"address", "del", "192.0.2.7/24", "dev", "onetest0"});
    expect_seen("an address that goes");
    ip({"link", "del", "onetest0"});
    expect_seen("a link that goes");
}

TEST_F(NetlinkTest, SleepsWhileNothingHappens)
{
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
}

TEST_F(NetlinkTest, SleepsWhileALinkOnlyChangesItsAlias)
{
    ip({"link", "add", "onetest1", "type", "bridge"});
    while (seen_at_once(loop, *eye) == Woken::changed) {
    }
    ip({"link", "set", "onetest1", "alias", "something"});
    EXPECT_EQ(seen_at_once(loop, *eye), Woken::time_passed);
    ip({"link", "del", "onetest1"});
}

}  // namespace
}  // namespace onenode
