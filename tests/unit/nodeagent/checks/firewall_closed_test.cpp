// firewall-closed
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Facts behind(const std::string& rules)
{
    auto facts = healthy_facts();
    facts.filter.chains = firewall::read_iptables("-P INPUT DROP\n-P OUTPUT ACCEPT\n" + rules, "iptables-nft", "ip");
    return facts;
}

CheckContext known()
{
    return {.frontend_addresses = {"10.0.0.1"},
            .openings = {{.first_port = 22, .last_port = 22, .peers = {"10.0.0.1", "10.0.0.12"}},
                         {.first_port = 49152, .last_port = 49215, .peers = {"10.0.0.12"}},
                         {.way = firewall::Way::out, .first_port = 4124, .last_port = 4124, .peers = {"10.0.0.1"}}}};
}

TEST(FirewallClosed, IsFineWithoutAFirewallAndWhereOpenNebulaGetsIn)
{
    const auto host = healthy_node();
    EXPECT_TRUE(firewall_closed.run(healthy_facts(), host, {}).empty());
    EXPECT_TRUE(firewall_closed.run(behind("-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT\n"), host, {}).empty());
    EXPECT_TRUE(
        firewall_closed.run(behind("-A INPUT -s 10.9.0.0/16 -p tcp -m tcp --dport 22 -j ACCEPT\n"), host, {}).empty())
        << "somebody gets in, and who the front-end is will be known later";
    EXPECT_TRUE(firewall_closed.run(behind("-A INPUT -s 10.0.0.0/24 -j ACCEPT\n"), host, known()).empty());
}

TEST(FirewallClosed, StopsAJoinThatNobodyCouldComeInto)
{
    auto host = healthy_node();
    host.with_name("one.example.com", {"10.0.0.1"});
    const auto finding = only(firewall_closed.run(behind(""), host, {.service = "one.example.com"}));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.object, "ssh");
    EXPECT_TRUE(holds(finding.message, "chain ip filter INPUT of iptables-nft stops SSH (tcp port 22) from anybody"));
    EXPECT_EQ(finding.fix, "iptables-nft -I INPUT -s 10.0.0.1 -p tcp --dport 22 -j ACCEPT"
                           "  # or join with --accept-risk=firewall");
}

TEST(FirewallClosed, LeavesItToAJoinThatMayOpenIt)
{
    const auto findings = firewall_closed.run(with_risks(behind(""), {"firewall"}), healthy_node(), {.joining = true});
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_LT(findings[0].severity, Severity::warning);
}

TEST(FirewallClosed, TellsWhatIsClosedAndForWhom)
{
    const auto findings = firewall_closed.run(behind(""), healthy_node(), known());
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_EQ(findings[1].severity, Severity::warning);
    EXPECT_EQ(findings[1].object, "live-migration");
    EXPECT_TRUE(holds(findings[1].message, "(tcp ports 49152 to 49215) from 10.0.0.12"));
    const auto peers = only(firewall_closed.run(
        behind("-A INPUT -s 10.0.0.1/32 -j ACCEPT\n-A INPUT -p tcp -m tcp --dport 49152:49215 -j ACCEPT\n"),
        healthy_node(), known()));
    EXPECT_EQ(peers.severity, Severity::warning) << "the other nodes are no reason to stop a join";
    EXPECT_TRUE(holds(peers.message, "from 10.0.0.12"));
}

TEST(FirewallClosed, SaysWhereNobodyKnows)
{
    auto facts = healthy_facts();
    facts.filter.problem = "nft does not tell its rules";
    EXPECT_EQ(only(firewall_closed.run(facts, healthy_node(), {})).severity, Severity::not_checked);
}

}  // namespace
}  // namespace onenode::checks
