// What OpenNebula needs gets through, told to each firewall in its own way, and only where the person accepted that.
#include "nodeagent/steps/openings.hpp"
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include "nodeagent/firewall/rules.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

Changes planned(const FakeHost& host, const std::vector<std::string>& accepted = {"firewall"})
{
    const auto facts = with_risks(gather_facts(host, steps::all(), desired_state()), accepted);
    return steps::firewall.plan(facts, desired_state());
}

std::string text_of(const Changes& changes, std::string_view path)
{
    for (const auto& change : changes)
        if (const auto* file = std::get_if<WriteFile>(&change); file != nullptr && file->path == path)
            return file->text;
    return {};
}

bool holds(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

TEST(FirewallStep, OpensNothingThatNobodyAccepted)
{
    EXPECT_TRUE(planned(behind_nftables(), {}).empty());
    EXPECT_TRUE(planned(behind_firewalld(), {}).empty());
    EXPECT_TRUE(planned(behind_ufw(), {}).empty());
}

TEST(FirewallStep, WritesNothingWhereNothingIsClosed)
{
    EXPECT_TRUE(planned(with_node_packages()).empty());
}

TEST(FirewallStep, NeedsOpenNebulasMachinesAndNobodyElse)
{
    EXPECT_TRUE(firewall::to_text(steps::openings_for(desired_state()))
                    .ends_with("in tcp 22 10.0.0.1 10.0.0.12 10.0.0.13\n"
                               "in tcp 49152-49215 10.0.0.12 10.0.0.13\n"
                               "in tcp 5900-65535 10.0.0.1\n"
                               "out tcp 22 10.0.0.1 10.0.0.12 10.0.0.13\n"
                               "out tcp 49152-49215 10.0.0.12 10.0.0.13\n"
                               "out tcp 4124 10.0.0.1\n"
                               "out udp 4124 10.0.0.1\n"));
    auto desired = desired_state("lxc");
    desired.monitor_address = "10.0.9.9";
    desired.frontend_addresses = {"one.example.com", "10.0.0.1", "0.0.0.0/0", "10.0.0.1"};
    const auto text = firewall::to_text(steps::openings_for(desired));
    EXPECT_FALSE(holds(text, "49152") || holds(text, "example") || holds(text, "/0")) << text;
    EXPECT_TRUE(holds(text, "out udp 4124 10.0.9.9\n")) << text;
    EXPECT_TRUE(steps::openings_for({}).empty());
}

TEST(FirewallStep, WritesAFileOfItsOwnForNftables)
{
    const auto changes = planned(behind_nftables());
    EXPECT_TRUE(holds(text_of(changes, "/etc/onenode/firewall"), "\nin tcp 22 10.0.0.1 10.0.0.12 10.0.0.13\n"));
    auto host = behind_nftables();
    host.with_directory("/etc/onenode").with_file("/etc/onenode/firewall", "in tcp 22 10.0.0.9\n");
    EXPECT_FALSE(planned(host, {}).empty()) << "what was needed once follows the front-end";
}

TEST(FirewallStep, GivesFirewalldAPolicyThatNoZoneKnowsOf)
{
    const auto text = text_of(planned(behind_firewalld()), "/etc/firewalld/policies/onenode.xml");
    EXPECT_TRUE(holds(text, "<source address=\"10.0.0.12\"/>\n    <port port=\"49152-49215\" protocol=\"tcp\"/>"))
        << text;
    EXPECT_FALSE(holds(text, "4124")) << "what goes out is not firewalld's to stop";
}

TEST(FirewallStep, GivesUfwASectionOfItsOwnAtTheEnd)
{
    const auto changes = planned(behind_ufw());
    const auto text = text_of(changes, "/etc/ufw/before.rules");
    EXPECT_TRUE(text.starts_with("*filter\n:ufw-before-input - [0:0]\nCOMMIT\n# begin onenode")) << text;
    EXPECT_TRUE(
        holds(text, "\n-I ufw-before-input -m comment --comment onenode -s 10.0.0.1 -p tcp --dport 22 -j ACCEPT\n"));
    EXPECT_TRUE(holds(text, "\n-I ufw-before-output -m comment --comment onenode -d 10.0.0.1 -p udp --dport 4124 -j "));
    EXPECT_EQ(text_of(changes, "/etc/ufw/before6.rules"), "") << "nobody has an address of that kind";
}

TEST(FirewallStep, IsToldToTheFirewallThatRules)
{
    const auto commands = [](const FakeHost& host) {
        std::string all;
        for (const auto& effect : to_take_effect(host, planned(host)))
            all += to_shell(effect.commands) + '\n';
        return all;
    };
    EXPECT_EQ(commands(behind_firewalld()), "firewall-cmd --reload\n");
    EXPECT_EQ(commands(behind_ufw()), "ufw reload\n");
    EXPECT_TRUE(commands(behind_nftables()).starts_with("nft 'add chain inet filter onenode-input; "));
    EXPECT_TRUE(to_lose_effect(behind_nftables(), {"/etc/onenode/firewall"}).empty()) << "there is nothing of ours";
}

}  // namespace
}  // namespace onenode
