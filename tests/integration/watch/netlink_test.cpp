// Addresses and links that change in a network namespace of the test's own.
#include "nodeagent/watch/netlink.hpp"

#include "tests/integration/watch/network_test.hpp"

#include <algorithm>

namespace onenode {
namespace {

class NetlinkTest : public NetworkTest<Netlink> {
protected:
    void ip(std::vector<std::string> words)
    {
        words.insert(words.begin(), "ip");
        run({.argv = std::move(words)});
    }
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
