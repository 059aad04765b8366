// What a node's report of its addresses and its host name is good for.
#include "frontend/enroll/moved.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

Node joined_node()
{
    Node node;
    node.id = 21;
    node.name = "kvm1";
    node.address = "10.0.0.5";
    node.host_id = 7;
    node.phase = Phase::joined;
    node.facts.host_name = "kvm1";
    node.facts.addresses = {"10.0.0.5"};
    return node;
}

Node neighbour()
{
    Node node = joined_node();
    node.id = 22;
    node.name = "kvm2";
    node.address = "10.0.0.6";
    node.host_id = 8;
    return node;
}

one::Result<std::string> address_of(const Node& node, const std::vector<std::string>& addresses,
                                    std::string_view source, Others others = {})
{
    others.nodes.push_back(node);
    return address_now(node, addresses, source, others);
}

TEST(AddressNow, IsWhereTheReportCameFromOnceTheOldOneIsGone)
{
    EXPECT_EQ(*address_of(joined_node(), {"10.0.0.31"}, "10.0.0.31"), "10.0.0.31");
    EXPECT_EQ(*address_of(joined_node(), {"10.0.0.31"}, "::ffff:10.0.0.31"), "10.0.0.31");
}

TEST(AddressNow, StaysWhileTheMachineHasItWhicheverItTalksFrom)
{
    EXPECT_EQ(*address_of(joined_node(), {"10.0.0.5", "2001:db8::5"}, "2001:db8::5"), "10.0.0.5");
    EXPECT_EQ(*address_of(joined_node(), {"192.168.1.2"}, "10.0.0.5"), "10.0.0.5") << "translated on the way";
}

TEST(AddressNow, IsNeverOneThatEnrollmentWouldNotLogInTo)
{
    EXPECT_FALSE(address_of(joined_node(), {}, "127.0.0.1"));
    EXPECT_FALSE(address_of(joined_node(), {}, "169.254.1.1"));
    EXPECT_FALSE(address_of(joined_node(), {}, "10.42.0.9", {.closed_networks = {"10.42.0.0/16"}}));
}

TEST(AddressNow, IsNeverAnotherNodes)
{
    const auto taken = address_of(joined_node(), {"10.0.0.6"}, "10.0.0.6", {.nodes = {neighbour()}});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().reason, "node 22 (kvm2) has that address");
    EXPECT_NE(taken.error().next.find("onefrontend node remove 22"), std::string::npos);
}

// A host that is called by its address is lost to whoever has that address.
TEST(AddressNow, IsNeverTheNameOfAnotherHost)
{
    Node called_so = neighbour();
    called_so.name = "10.0.0.6";
    called_so.address = "10.0.0.60";
    EXPECT_FALSE(address_of(joined_node(), {"10.0.0.6"}, "10.0.0.6", {.nodes = {called_so}}));
    EXPECT_FALSE(address_of(joined_node(), {"10.0.0.9"}, "10.0.0.9", {.hosts = {{.id = 3, .name = "10.0.0.9"}}}));
}

TEST(AddressNow, MayBeOneThatSomebodyOnlyClaims)
{
    Node unproven = neighbour();
    unproven.phase = Phase::enrolled;
    unproven.host_id = -1;
    EXPECT_TRUE(address_of(joined_node(), {"10.0.0.6"}, "10.0.0.6", {.nodes = {unproven}}));
}

TEST(HostName, ThatChangedAsksForARename)
{
    Node node = joined_node();
    take_host_name(node, "kvm9", 1000);
    EXPECT_EQ(node.rename, (Rename{.name = "kvm9", .asked_at = 1000}));
    EXPECT_EQ(node.name, "kvm1");
    EXPECT_TRUE(waits_for_rename(node));
    take_host_name(node, "kvm9", 2000);
    EXPECT_EQ(node.rename.asked_at, 1000) << "it is the same wish";
    take_host_name(node, "kvm10", 3000);
    EXPECT_EQ(node.rename, (Rename{.name = "kvm10", .asked_at = 3000}));
    take_host_name(node, "KVM1", 4000);
    EXPECT_EQ(node.rename, Rename{}) << "it is called as before";
}

TEST(HostName, ThatAnAdminRejectedWaitsNoMore)
{
    Node node = joined_node();
    take_host_name(node, "kvm9", 1000);
    node.rename.rejected = true;
    take_host_name(node, "kvm9", 2000);
    EXPECT_FALSE(waits_for_rename(node));
    take_host_name(node, "kvm10", 3000);
    EXPECT_TRUE(waits_for_rename(node));
}

TEST(HostName, MeansNothingWhereTheHostWasNeverCalledSo)
{
    Node node = joined_node();
    node.facts.host_name = "localhost";  // it joined with --name
    take_host_name(node, "kvm9", 1000);
    EXPECT_EQ(node.rename, Rename{});
    EXPECT_EQ(node.facts.host_name, "kvm9");
}

TEST(HostName, OfAHostThatIsCalledByItsAddressIsItsAddress)
{
    Node node = joined_node();
    node.name = "10.0.0.5";
    take_host_name(node, "kvm9", 1000);
    EXPECT_EQ(node.rename, Rename{});
    node.address = "10.0.0.31";
    take_host_name(node, "kvm9", 1000);
    EXPECT_EQ(node.rename.name, "10.0.0.31");
    node.address = "2001:db8::5";  // which cannot be a NAME
    take_host_name(node, "kvm9", 1000);
    EXPECT_EQ(node.rename, Rename{});
}

TEST(RenameWish, IsNotForNamesThatAreTakenOrNone)
{
    Node node = joined_node();
    const Others others{.nodes = {node, neighbour()}, .hosts = {{.id = 9, .name = "old"}}, .frontend_names = {"one"}};
    const auto trouble = [&](const std::string& name) {
        node.rename.name = name;
        return trouble_with(node, others);
    };
    EXPECT_EQ(trouble("kvm9"), "");
    EXPECT_EQ(trouble("KVM2"), "node 22 at 10.0.0.6 has it (joined)");
    EXPECT_EQ(trouble("old"), "host 9 of OpenNebula has it");
    EXPECT_EQ(trouble("one"), "it is a name of the front-end itself");
    EXPECT_EQ(trouble("localhost"), "every machine has this name");
    EXPECT_NE(trouble("a b"), "");
}

TEST(MovedAnswer, SaysWhatIsWrongWithItsFix)
{
    Node node = joined_node();
    EXPECT_TRUE(moved_answer(node).findings.empty());
    node.name_trouble = "on the front-end kvm1 is 10.0.0.5, but this machine has 10.0.0.31";
    take_host_name(node, "kvm9", 1000);
    auto answer = moved_answer(node);
    ASSERT_EQ(answer.findings.size(), 2U);
    EXPECT_EQ(answer.findings[0].fix, "let kvm1 lead to 10.0.0.5 in the front-end's DNS or /etc/hosts");
    EXPECT_EQ(answer.rename, "kvm9");
    EXPECT_EQ(answer.findings[1].message, "its rename to kvm9 waits for an admin");
    EXPECT_EQ(answer.findings[1].fix, "on the front-end: onefrontend node approve 21, or onefrontend node reject 21");
    node.rename.trouble = "nobody knows kvm9";
    answer = moved_answer(node);
    EXPECT_EQ(answer.findings[1].message, "its rename to kvm9 waits: nobody knows kvm9");
}

}  // namespace
}  // namespace onefrontend
