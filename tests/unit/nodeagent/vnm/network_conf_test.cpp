// The front-end's copy of OpenNebulaNetwork.conf: what counts is read, what is written otherwise is told.
#include "nodeagent/vnm/network_conf.hpp"

#include <gtest/gtest.h>

namespace onenode::vnm {
namespace {

constexpr const char* two_services = "---\n:vxlan_ttl: 16\n#:tproxy:\n:tproxy:\n- :service_port: 5030\n"
                                     "  :remote_addr: gate.example.com  # OneGate\n  :remote_port: 5030\n"
                                     "  :networks: [vnet1, 0]\n- :service_port: 2633\n  :remote_addr: \"fd00::1\"\n"
                                     "  :remote_port: 2633\n- :service_port: 9\n:vxlan_mtu: 1500\n";

using Networks = std::vector<std::string>;

TEST(NetworkConf, HasTheEntriesThatTheDriverCounts)
{
    const auto conf = parse_network_conf(two_services);
    EXPECT_FALSE(conf.odd);
    ASSERT_EQ(conf.proxy.size(), 2U);
    EXPECT_EQ(conf.proxy[0].address, "gate.example.com");
    EXPECT_EQ(conf.proxy[0].networks, (Networks{"vnet1", "0"}));
    EXPECT_EQ(conf.proxy[1].address, "fd00::1");
    EXPECT_EQ(conf.proxy[1].port, "2633");
    EXPECT_FALSE(conf.keep_empty_bridge);
    ASSERT_EQ(conf.incomplete.size(), 1U);
    EXPECT_EQ(conf.incomplete[0].service_port, "9");
}

TEST(NetworkConf, ReadsNetworksLineByLineAndIndentedEntries)
{
    const auto conf = parse_network_conf(":tproxy:\n  - :service_port: 1\n    :networks:\n    - 'a b'\n    - 7 # it\n"
                                         "    :remote_addr: 10.0.0.1\n    :remote_port: 2\n  -\n    :service_port: 3\n"
                                         "    :remote_addr: 10.0.0.1\n    :remote_port: 4\n");
    EXPECT_FALSE(conf.odd);
    ASSERT_EQ(conf.proxy.size(), 2U);
    EXPECT_EQ(conf.proxy[0].networks, (Networks{"a b", "7"}));
    EXPECT_EQ(conf.proxy[1].service_port, "3");
}

TEST(NetworkConf, HasNoEntryWhereNothingIsSetUp)
{
    for (const auto* text :
         {"", ":", ":tproxy", ":tproxy:\n-\n", ":tproxy: []\n", "tproxy:\n - x: y\n", ":tproxy:\n"}) {
        const auto conf = parse_network_conf(text);
        EXPECT_TRUE(conf.proxy.empty()) << text;
        EXPECT_FALSE(conf.odd) << text;
    }
}

TEST(NetworkConf, TellsWhatIsWrittenOtherwise)
{
    for (const auto* text :
         {":tproxy: [{:service_port: 1}]\n", ":tproxy:\n- {:service_port: 1}\n", ":tproxy: &a\n", ":tproxy:\n- *a\n",
          ":tproxy:\n- :service_port: 1\n  - x\n", ":tproxy:\n  :service_port: 1\n",
          ":tproxy:\n- :networks: [a,\n   b]\n", ":tproxy:\n- service_port: 5\n", ":tproxy:\n:tproxy:\n",
          ":tproxy:\n- :remote_addr: !ruby/object 1\n"})
        EXPECT_TRUE(parse_network_conf(text).odd) << text;
}

}  // namespace
}  // namespace onenode::vnm
