// What OpenNebula left beside a guest's disks, and what is no description at all.
#include "nodeagent/vnm/guest_description.hpp"

#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode::vnm {
namespace {

constexpr const char* datastores = "/srv/one";

std::string with_nic(const std::string& id, const std::string& bridge)
{
    return "<VM><TEMPLATE><NIC><NIC_ID>" + id + "</NIC_ID><BRIDGE><![CDATA[ " + bridge +
           " ]]></BRIDGE><PHYDEV>eth0</PHYDEV></NIC></TEMPLATE></VM>";
}

TEST(GuestDescription, IsFoundInWhicheverDatastoreTheGuestsDisksAre)
{
    FakeHost host;
    host.with_file("/srv/one/100/7/vm.xml", with_nic("2", "br0"));
    EXPECT_EQ(described_nics(host, datastores, "7"),
              (DescribedNics{{.id = "2", .bridge = "br0", .physical_device = "eth0"}}));
    EXPECT_FALSE(described_nics(host, datastores, "8"));
}

TEST(GuestDescription, WithoutNicsIsStillOne)
{
    FakeHost host;
    host.with_file("/srv/one/0/7/vm.xml", "<VM/>");
    EXPECT_EQ(described_nics(host, datastores, "7"), DescribedNics{});
}

TEST(GuestDescription, OfOneGuestThatIsNoXmlKeepsNoOtherFromBeingRead)
{
    FakeHost host;
    host.with_file("/srv/one/0/7/vm.xml", "<VM").with_file("/srv/one/0/8/vm.xml", with_nic("0", "br1"));
    EXPECT_FALSE(described_nics(host, datastores, "7"));
    EXPECT_EQ(all_described_nics(host, datastores),
              (DescribedNics{{.id = "0", .bridge = "br1", .physical_device = "eth0"}}));
}

TEST(GuestDescription, IsOnlyLookedForWhereOpenNebulaPutsGuests)
{
    FakeHost host;
    host.with_file("/srv/one/backup/7/vm.xml", with_nic("0", "br0"))
        .with_file("/srv/one/0/old/vm.xml", with_nic("0", "br0"));
    EXPECT_FALSE(described_nics(host, datastores, "7"));
    EXPECT_TRUE(all_described_nics(host, datastores).empty());
}

}  // namespace
}  // namespace onenode::vnm
