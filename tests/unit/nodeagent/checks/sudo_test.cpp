// sudo-missing, sudoers-broken, sudoers-includedir, sudo-rules
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(SudoMissing, TellsHowToInstallIt)
{
    auto host = healthy_node();
    host.without("/usr/bin/sudo");
    EXPECT_EQ(only(look(sudo_missing, host)).fix, "apt install sudo");
}

TEST(SudoMissing, FindsASudoThatCannotBecomeRoot)
{
    auto host = healthy_node();
    host.with_file("/usr/bin/sudo", "ELF", 0755);
    EXPECT_EQ(only(look(sudo_missing, host)).fix, "chmod u+s /usr/bin/sudo");
    host.with_file("/usr/bin/sudo", "ELF", 04755).with_file_system("/usr", {.type = "ext4", .no_suid = true});
    EXPECT_TRUE(holds(only(look(sudo_missing, host)).message, "nosuid"));
}

TEST(SudoMissing, FollowsTheAlternativesToTheRealSudo)
{
    auto host = healthy_node();
    host.with_link("/usr/bin/sudo", "/etc/alternatives/sudo")
        .with_link("/etc/alternatives/sudo", "/usr/lib/cargo/bin/sudo");
    host.with_file("/usr/lib/cargo/bin/sudo", "ELF", 04755);
    EXPECT_TRUE(look(sudo_missing, host).empty());
}

TEST(SudoersBroken, QuotesTheFileAndTheLine)
{
    auto host = healthy_node();
    host.answering({"visudo", "-c"},
                   {.exit_code = 1,
                    .out = "/etc/sudoers: parsed OK\n/etc/sudoers.d/README: parsed OK\n",
                    .err = "/etc/sudoers.d/zz-broken:1:18: syntax error\noneadmin ALL=(ALL\n                 ^\n"});
    const auto finding = only(look(sudoers_broken, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.message, "sudo's rules cannot be read: /etc/sudoers.d/zz-broken:1:18: syntax error");
}

TEST(SudoersBroken, OnlyWarnsAboutModesThatSudoItselfAccepts)
{
    auto host = healthy_node();
    host.answering({"visudo", "-c"}, failed("/etc/sudoers.d/mine: bad permissions, should be mode 0440\n"));
    EXPECT_EQ(only(look(sudoers_broken, host)).severity, Severity::warning);
}

TEST(SudoersIncludedir, KnowsBothSpellingsAndNoOthers)
{
    auto host = healthy_node();
    host.answering({"visudo", "-c"}, said("/etc/sudoers: parsed OK\n"));
    for (const auto* line :
         {"@includedir /etc/sudoers.d", "#includedir /etc/sudoers.d", "  @includedir  /etc/sudoers.d  "})
        EXPECT_TRUE(look(sudoers_includedir, host.with_file("/etc/sudoers", line)).empty()) << line;
    for (const auto* line :
         {"", "# @includedir /etc/sudoers.d", "@includedir /etc/sudoers.other", "@include /etc/sudoers.d"})
        EXPECT_EQ(look(sudoers_includedir, host.with_file("/etc/sudoers", line)).size(), 1U) << line;
}

TEST(SudoersIncludedir, BelievesVisudoThatTheDirectoryIsRead)
{
    auto host = healthy_node();
    host.with_file("/etc/sudoers", "@include /etc/sudoers.local\n");
    EXPECT_TRUE(look(sudoers_includedir, host).empty());
}

TEST(SudoRules, AreTriedAsOneadmin)
{
    const auto host = healthy_node();
    EXPECT_TRUE(look(sudo_rules, host).empty());
    for (const auto& command : host.looked())
        EXPECT_EQ(command.user, "oneadmin");
}

TEST(SudoRules, NameTheCommandsThatAreRefused)
{
    auto host = healthy_node();
    host.answering({"sudo", "-n", "-l", "/usr/sbin/nft"}, failed("sudo: a password is required"));
    EXPECT_EQ(only(look(sudo_rules, host)).message, "sudo does not let oneadmin run /usr/sbin/nft list tables");
}

TEST(SudoRules, AreNotAskedForProgramsThatAreNotInstalled)
{
    auto host = healthy_node();
    host.answering({"sudo", "-n", "-l", "/usr/bin/rbd"}, failed("sudo: /usr/bin/rbd: command not found"));
    EXPECT_TRUE(look(sudo_rules, host).empty());
}

TEST(SudoRules, MustAlsoReallyRunBecauseAListingDoesNotTellAboutPasswords)
{
    auto host = healthy_node();
    host.answering({"sudo", "-n", "/usr/sbin/ip"}, failed("sudo: a password is required\n"));
    EXPECT_EQ(only(look(sudo_rules, host)).message,
              "sudo does not run `/usr/sbin/ip link show lo` for oneadmin: sudo: a password is required");
}

TEST(SudoRules, AreNotCheckedWithoutSudo)
{
    auto host = healthy_node();
    host.answering({"sudo", "-n"},
                   Error{.kind = ErrorKind::not_found, .thing = "sudo", .reason = "no such program", .doing = "run"});
    EXPECT_EQ(only(look(sudo_rules, host)).severity, Severity::not_checked);
}

}  // namespace
}  // namespace onenode::checks
