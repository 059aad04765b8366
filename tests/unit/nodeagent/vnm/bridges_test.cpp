// Guests on bridges, from the kernel's names and from what OpenNebula left beside their disks.
#include "nodeagent/vnm/bridges.hpp"

#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode::vnm {
namespace {

constexpr const char* guest_7 = "<VM><ID>7</ID><TEMPLATE><NIC><NIC_ID>1</NIC_ID><NETWORK><![CDATA[back]]></NETWORK>"
                                "<NETWORK_ID>9</NETWORK_ID><VN_MAD>ovswitch</VN_MAD></NIC><NIC><BRIDGE>br0</BRIDGE>"
                                "<NETWORK>front</NETWORK><NETWORK_ID>3</NETWORK_ID><NIC_ID>0</NIC_ID>"
                                "<VN_MAD>bridge</VN_MAD></NIC></TEMPLATE></VM>";

FakeHost with_guests()
{
    FakeHost host;
    for (const auto* port : {"eth0", "br0b", "one-7-0", "one-8-0", "one-x-0"})
        host.with_file(std::string{"/sys/class/net/br0/brif/"} + port, "");
    host.with_directory("/sys/class/net/br0/bridge").with_directory("/sys/class/net/eth0");
    host.with_directory("/sys/class/net/one-7-1");
    host.with_file("/var/lib/one/datastores/0/7/vm.xml", guest_7);
    return host;
}

TEST(Bridges, KnowTheGuestsOnThem)
{
    const auto found = bridges(with_guests());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].name, "br0");
    EXPECT_EQ(found[0].guests, (std::vector<GuestNic>{{"one-7-0", true, "bridge", "front", "3"}, {.port = "one-8-0"}}));
}

TEST(Bridges, KnowTheGuestsWhereTheDriversHereAreToldTheyAre)
{
    auto host = with_guests();
    host.without("/var/lib/one/datastores/0/7/vm.xml").with_file("/srv/one/0/7/vm.xml", guest_7);
    EXPECT_FALSE(bridges(host).at(0).guests.at(0).known);
    host.with_file("/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf", ":datastore_location: /srv/one  # ours\n");
    EXPECT_TRUE(bridges(host).at(0).guests.at(0).known);
    host.with_file("/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf", ":datastore_location: srv\n");
    EXPECT_FALSE(bridges(host).at(0).guests.at(0).known);
}

TEST(Bridges, DoNotTrustADescriptionThatIsNone)
{
    auto host = with_guests();
    for (const auto* text : {"", "<VM", "<VM><TEMPLATE/></VM>", "{}"}) {
        host.with_file("/var/lib/one/datastores/0/7/vm.xml", text);
        EXPECT_FALSE(bridges(host).at(0).guests.at(0).known) << text;
    }
}

TEST(Bridges, OfOpenVSwitchHaveNoProxy)
{
    EXPECT_EQ(networks_of_open_vswitch(with_guests()), (std::vector<std::string>{"back"}));
    EXPECT_FALSE(serves_a_proxy("ovswitch_vxlan"));
    EXPECT_TRUE(serves_a_proxy("802.1Q"));
}

}  // namespace
}  // namespace onenode::vnm
