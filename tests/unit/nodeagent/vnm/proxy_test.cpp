// Which entry of the configuration counts on which bridge, and what differs from it.
#include "nodeagent/vnm/proxy.hpp"

#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode::vnm {
namespace {

const GuestNic on_front{"one-7-0", true, "bridge", "front", "3"};
const GuestNic unknown{.port = "one-8-0"};

Service service(int port, std::string address, std::vector<std::string> networks = {})
{
    return {.service_port = port,
            .port = port,
            .address = address,
            .addresses = {std::move(address)},
            .networks = std::move(networks)};
}

ProxyBridge bridge(std::vector<GuestNic> guests, std::optional<Endpoints> endpoints = {})
{
    return {.name = "br0",
            .guests = std::move(guests),
            .has_namespace = true,
            .way = Way::whole,
            .has_port = true,
            .endpoints = std::move(endpoints),
            .arp_kept = true,
            .pid = 2};
}

TEST(WantedOnABridge, IsTheFirstEntryOfAPortThatCounts)
{
    const std::vector services{service(5030, "10.0.0.1", {"back"}), service(5030, "10.0.0.2", {"3"}),
                               service(5030, "10.0.0.3"), service(2633, "10.0.0.4")};
    EXPECT_EQ(wanted_on(bridge({on_front}), services).endpoints,
              (Endpoints{{2633, {"10.0.0.4", 2633}}, {5030, {"10.0.0.2", 5030}}}));
}

TEST(WantedOnABridge, IsAskedByNameOrNumberOfTheNetwork)
{
    EXPECT_EQ(wanted_on(bridge({on_front}), {service(1, "10.0.0.1", {"front"})}).endpoints.size(), 1U);
    EXPECT_EQ(wanted_on(bridge({on_front}), {service(1, "10.0.0.1", {"3"})}).endpoints.size(), 1U);
    EXPECT_TRUE(wanted_on(bridge({on_front}), {service(1, "10.0.0.1", {"", "30"})}).endpoints.empty());
}

TEST(WantedOnABridge, FollowsTheEntryOfAPortThatIsThereWhereTheGuestIsNotKnown)
{
    const Endpoints old{{5030, {"10.0.0.1", 5030}}};
    EXPECT_EQ(wanted_on(bridge({unknown}, old), {service(5030, "10.0.0.9", {"front"})}).endpoints,
              (Endpoints{{5030, {"10.0.0.9", 5030}}}));
    EXPECT_TRUE(wanted_on(bridge({unknown}), {service(5030, "10.0.0.9", {"front"})}).endpoints.empty());
}

TEST(WantedOnABridge, IsLeftAsItIsWhereOnlyTheDriverKnows)
{
    const Endpoints old{{5030, {"10.0.0.1", 5030}}};
    const auto wanted =
        wanted_on(bridge({unknown}, old), {service(5030, "10.0.0.8", {"front"}), service(5030, "10.0.0.9", {"back"})});
    EXPECT_EQ(wanted.endpoints, old);
    EXPECT_EQ(wanted.unclear, (std::vector{5030}));
}

TEST(WantedOnABridge, KeepsAnAddressThatANameStillHas)
{
    auto named = service(5030, "gate.example.com");
    named.addresses = {"10.0.0.2", "10.0.0.1"};
    const Endpoints old{{5030, {"10.0.0.1", 5030}}};
    EXPECT_EQ(wanted_on(bridge({on_front}, old), {named}).endpoints, old);
    EXPECT_EQ(wanted_on(bridge({on_front}), {named}).endpoints, (Endpoints{{5030, {"10.0.0.2", 5030}}}));
    named.addresses.clear();
    EXPECT_EQ(wanted_on(bridge({on_front}, old), {named}).endpoints, old) << "a name server that is away for a moment";
    EXPECT_TRUE(wanted_on(bridge({on_front}), {named}).endpoints.empty());
}

TEST(LacksOfABridge, NameWhatDiffers)
{
    Proxy proxy{.services = {service(5030, "10.0.0.2")}, .pid = 1};
    EXPECT_TRUE(lacks_of(bridge({on_front}, Endpoints{{5030, {"10.0.0.2", 5030}}}), proxy).empty());
    EXPECT_EQ(lacks_of(bridge({on_front}, Endpoints{{5030, {"10.0.0.1", 5030}}, {9, {"10.0.0.1", 9}}}), proxy),
              (std::vector<std::string>{"port 9 leads to 10.0.0.1:9 instead of nowhere",
                                        "port 5030 leads to 10.0.0.1:5030 instead of to 10.0.0.2:5030"}));
    EXPECT_EQ(lacks_of(bridge({on_front}), proxy),
              (std::vector<std::string>{"nftables has forgotten where its services lead"}));
    proxy.pid = 0;
    EXPECT_EQ(lacks_of({.name = "br0", .guests = {on_front}}, proxy).size(), 5U);
    EXPECT_TRUE(lacks_of({.name = "br0"}, {}).empty()) << "nothing is wanted";
}

TEST(PortsInConflict, LeadToDifferentPlacesOnDifferentBridges)
{
    auto other = bridge({{"one-9-0", true, "vxlan", "back", "4"}});
    other.name = "br1";
    Proxy proxy{.services = {service(5030, "10.0.0.1", {"front"}), service(5030, "10.0.0.2", {"back"}),
                             service(2633, "10.0.0.1")},
                .bridges = {bridge({on_front}), other}};
    EXPECT_EQ(ports_in_conflict(proxy), (std::vector{5030}));
    proxy.bridges.pop_back();
    EXPECT_TRUE(ports_in_conflict(proxy).empty());
}

class LookAtTheProxy : public testing::Test {
protected:
    LookAtTheProxy()
    {
        host.with_file(network_file, ":tproxy:\n- :service_port: 5030\n  :remote_addr: gate\n  :remote_port: 30030\n"
                                     "- :service_port: http\n  :remote_addr: 10.0.0.1\n  :remote_port: 80\n");
        host.with_name("gate", {"fd00::1", "10.0.0.1"});
        host.with_directory("/sys/class/net/br0/bridge").with_file("/sys/class/net/br0/brif/one-7-0", "");
        host.answering({"/usr/sbin/nft"}, CommandOutput{.exit_code = 1, .err = "No such file or directory"});
    }
    void know_the_guest(const std::string& driver)
    {
        host.with_file("/var/lib/one/datastores/0/7/vm.xml",
                       "<VM><TEMPLATE><NIC><NIC_ID>0</NIC_ID><VN_MAD>" + driver + "</VN_MAD></NIC></TEMPLATE></VM>");
    }
    FakeHost host{};
};

TEST_F(LookAtTheProxy, FindsABridgeWhoseGuestsHaveOne)
{
    know_the_guest("bridge");
    host.with_file("/run/netns/one_tproxy_br0", "").with_process({.pid = 8, .argv = {"one_tproxy_br0  "}});
    host.with_process({.pid = 9, .uid = 9869, .argv = {"one_tproxy"}});
    const auto proxy = look_at_proxy(host);
    ASSERT_TRUE(proxy);
    ASSERT_EQ(proxy->bridges.size(), 1U);
    EXPECT_TRUE(proxy->bridges[0].has_namespace);
    EXPECT_EQ(proxy->bridges[0].way, Way::none);
    EXPECT_EQ(proxy->bridges[0].pid, 8);
    EXPECT_EQ(proxy->pid, 0) << "only root's counts";
    ASSERT_EQ(proxy->services.size(), 1U) << "ports are numbers";
    EXPECT_EQ(proxy->services[0].addresses, (std::vector<std::string>{"10.0.0.1"}));
}

TEST_F(LookAtTheProxy, PassesOverBridgesOfDriversWithoutOne)
{
    know_the_guest("dummy");
    EXPECT_TRUE(look_at_proxy(host)->bridges.empty());
}

TEST_F(LookAtTheProxy, BeginsNothingForAGuestOfWhichNothingIsKnown)
{
    EXPECT_TRUE(look_at_proxy(host)->bridges.empty());
    host.with_file("/run/netns/one_tproxy_br0", "");
    EXPECT_EQ(look_at_proxy(host)->bridges.size(), 1U);
}

TEST_F(LookAtTheProxy, AsksNobodyWhereNothingIsSetUpOrUnderstood)
{
    know_the_guest("bridge");
    for (const auto* text : {":tproxy: []\n", ":tproxy: [{:service_port: 1}]\n"}) {
        host.with_file(network_file, text);
        EXPECT_TRUE(look_at_proxy(host)->bridges.empty()) << text;
    }
    EXPECT_TRUE(host.looked().empty());
    EXPECT_EQ(host.names_asked(), 0U);
}

}  // namespace
}  // namespace onenode::vnm
