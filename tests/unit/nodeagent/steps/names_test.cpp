// Names of peers: only those that nobody else knows, and only what is a name and an address.
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

std::string hosts_after(const FakeHost& host, const DesiredState& desired = desired_state())
{
    const auto facts = gather_facts(host, steps::all(), desired);
    const auto changes = steps::names.plan(facts, desired);
    return changes.empty() ? facts.text("/etc/hosts") : std::get<WriteFile>(changes.at(0)).text;
}

TEST(Names, AreGivenWhereTheResolverKnowsNothing)
{
    EXPECT_EQ(hosts_after(bare_debian()),
              "127.0.0.1\tlocalhost\n10.0.0.11 node1\n# begin onenode\n10.0.0.12 node2\n# end onenode\n");
}

TEST(Names, StayOursAfterTheyAreTheResolversAnswer)
{
    auto host = bare_debian();
    host.with_file("/etc/hosts", "# begin onenode\n10.0.0.12 node2\n# end onenode\n");
    EXPECT_EQ(hosts_after(host), "# begin onenode\n10.0.0.12 node2\n# end onenode\n");
    auto moved = desired_state();
    moved.peers = {{.name = "node2", .address = "10.0.0.99"}};
    EXPECT_EQ(hosts_after(host, moved), "# begin onenode\n10.0.0.99 node2\n# end onenode\n");
    moved.peers = {};
    EXPECT_EQ(hosts_after(host, moved), "");
}

TEST(Names, OfOthersAreNotContradicted)
{
    auto host = bare_debian();
    host.with_name("node2", {"192.0.2.2"});
    EXPECT_EQ(hosts_after(host).find("node2"), std::string::npos);
}

TEST(Names, AreNotGivenWhileTheResolverDoesNotAnswer)
{
    auto host = bare_debian();
    host.with_dead_name_server();
    EXPECT_EQ(hosts_after(host).find("node2"), std::string::npos);
    host.with_file("/etc/hosts", "# begin onenode\n10.0.0.12 node2\n# end onenode\n");
    EXPECT_EQ(hosts_after(host), "# begin onenode\n10.0.0.12 node2\n# end onenode\n") << "nor taken away";
}

TEST(Names, ThatAreNoneAreLeftOut)
{
    auto desired = desired_state();
    desired.peers = {{.name = "a b", .address = "10.0.0.1"},   {.name = "localhost", .address = "10.0.0.1"},
                     {.name = "x\ny", .address = "10.0.0.1"},  {.name = "", .address = "10.0.0.1"},
                     {.name = "n", .address = "10.0.0.256"},   {.name = "n", .address = "evil name"},
                     {.name = "node1", .address = "10.0.0.1"}, {.name = std::string(64, 'n'), .address = "10.0.0.1"},
                     {.name = "six", .address = "fd00::6"}};
    EXPECT_EQ(hosts_after(bare_debian(), desired),
              "127.0.0.1\tlocalhost\n10.0.0.11 node1\n# begin onenode\nfd00::6 six\n# end onenode\n");
}

TEST(Names, OfTheFrontendAreGivenToNobodyElse)
{
    auto desired = desired_state();
    desired.monitor_address = "leader.example.com";
    desired.peers = {{.name = "One.Example.Com", .address = "10.0.0.66"},
                     {.name = "one.example.com.", .address = "10.0.0.66"},
                     {.name = "leader.example.com", .address = "10.0.0.66"},
                     {.name = "one", .address = "10.0.0.12"}};
    auto host = bare_debian();
    host.with_file("/etc/hosts", "# begin onenode\n10.0.0.66 leader.example.com\n# end onenode\n");
    EXPECT_EQ(hosts_after(host, desired), "# begin onenode\n10.0.0.12 one\n# end onenode\n")
        << "nor kept by whom was called so before";
    desired.monitor_address = "auto";
    desired.peers = {{.name = "auto", .address = "10.0.0.13"}};
    EXPECT_EQ(hosts_after(host, desired), "# begin onenode\n10.0.0.13 auto\n# end onenode\n");
}

TEST(Names, KeepTheFilesOwnerAndMode)
{
    const auto desired = desired_state();
    const auto changes = steps::names.plan(gather_facts(used_by_people(), steps::all(), desired), desired);
    EXPECT_EQ(std::get<WriteFile>(changes.at(0)).mode, 0664U);
}

}  // namespace
}  // namespace onenode
