// sudo-requiretty, sudo-rs, sudo-path
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "nodeagent/checks/sudoers_lines.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(SudoersLines, ComeInSudosOrderAndWithoutFilesThatItPassesOver)
{
    auto host = healthy_node();
    host.with_file("/etc/sudoers", "# all\nDefaults env_reset, \\\n  !lecture\n")
        .with_file("/etc/sudoers.d/b", "bob ALL=(ALL) ALL\n")
        .with_file("/etc/sudoers.d/a.bak", "Defaults requiretty\n")
        .with_file("/etc/sudoers.d/a~", "Defaults requiretty\n");
    const auto lines = sudoers_lines(host);
    ASSERT_EQ(lines.size(), 2U);
    std::string scope;
    EXPECT_EQ(defaults_of(lines[0].text, scope), (std::vector<std::string>{"env_reset", "!lecture"}));
    EXPECT_EQ(scope, "");
    EXPECT_TRUE(defaults_of(lines[1].text, scope).empty());
}

TEST(SudoRequiretty, IsAnErrorUnlessOneadminIsTakenOut)
{
    auto host = healthy_node();
    host.with_file("/etc/sudoers", "Defaults    !visiblepw, requiretty\n@includedir /etc/sudoers.d\n");
    const auto finding = only(look(sudo_requiretty, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "requiretty in /etc/sudoers"));
    host.with_file("/etc/sudoers.d/opennebula", "Defaults:oneadmin !requiretty\n");
    EXPECT_TRUE(look(sudo_requiretty, host).empty());
    host.with_file("/etc/sudoers.d/opennebula", "Defaults !requiretty\n");
    EXPECT_TRUE(look(sudo_requiretty, host).empty());
    host.with_file("/etc/sudoers.d/opennebula", "Defaults:bob !requiretty\n");
    EXPECT_FALSE(look(sudo_requiretty, host).empty());
}

TEST(SudoRs, RefusesRulesOfOlderOpennebulas)
{
    auto host = healthy_node();
    host.with_file("/etc/sudoers.d/opennebula", "Cmnd_Alias ONE_NET = /usr/sbin/ip link *, /usr/sbin/nft\n");
    EXPECT_TRUE(look(sudo_rs, host).empty());
    host.answering({"sudo", "--version"}, said("sudo-rs 0.2.8\n"));
    EXPECT_TRUE(look(sudo_rs, host).empty());
    host.with_file("/etc/sudoers.d/opennebula",
                   "Cmnd_Alias ONE_NETNS = /usr/sbin/ip netns exec * sysctl -w net.*, x\n");
    EXPECT_TRUE(holds(only(look(sudo_rs, host)).message, "'net.*'"));
    host.with_file("/etc/sudoers.d/opennebula", "Defaults:oneadmin !requiretty\n");
    EXPECT_EQ(only(look(sudo_rs, host)).fix, "update-alternatives --set sudo /usr/bin/sudo.ws");
    host.answering({"sudo", "--version"}, said("Sudo version 1.9.13p3\n"));
    EXPECT_TRUE(look(sudo_rs, host).empty());
}

TEST(SudoPath, TellsOfAProgramThatIsNotWhereItsRuleSays)
{
    auto host = healthy_node();
    host.without("/usr/sbin/ipset").with_program("ipset", "/usr/local/sbin");
    const auto finding = only(look(sudo_path, host));
    EXPECT_EQ(finding.object, "ipset");
    EXPECT_EQ(finding.fix, "ln -s /usr/local/sbin/ipset /usr/sbin/ipset");
    host.without("/usr/local/sbin/ipset");
    EXPECT_TRUE(look(sudo_path, host).empty());
}

}  // namespace
}  // namespace onenode::checks
