// What sshd is told: one run of `sshd -T -C` for all of these.
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/steps/sshd_patterns.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

Finding told(const Check& check, const Lines& lines)
{
    return only(check.run(healthy_facts(), with_sshd(healthy_node(), lines), {}));
}
bool fine(const Check& check, const Lines& lines)
{
    return check.run(healthy_facts(), with_sshd(healthy_node(), lines), {}).empty();
}

TEST(SshdSettings, KeepsEveryLineOfAKeyword)
{
    const SshdSettings settings{"port 22\nport 2222\nForceCommand none\n\nusepam\n"};
    EXPECT_EQ(settings.values("port"), (std::vector<std::string>{"22", "2222"}));
    EXPECT_EQ(settings.value("usepam"), "");
    EXPECT_EQ(settings.value("nothing"), "");
}

TEST(SshdSettings, AreAskedForOneadminFromTheFrontend)
{
    const auto host = healthy_node();
    (void)sshd_pubkey_off.run(healthy_facts(), host, {.frontend_addresses = {"10.0.0.1"}});
    EXPECT_EQ(host.looked().front().argv,
              (std::vector<std::string>{"sshd", "-T", "-C", "user=oneadmin,host=10.0.0.1,addr=10.0.0.1"}));
}

TEST(SshdSettings, AreAskedForEachOfSeveralFrontends)
{
    auto host = healthy_node();
    host.answering({"sshd", "-T", "-C", "user=oneadmin,host=10.0.0.2,addr=10.0.0.2"},
                   said("pubkeyauthentication no\n"));
    const auto finding =
        only(sshd_pubkey_off.run(healthy_facts(), host, {.frontend_addresses = {"10.0.0.1", "10.0.0.2"}}));
    EXPECT_TRUE(holds(finding.message, "(for logins from 10.0.0.2)"));
}

TEST(SshdSettings, ThatCannotBeAskedForAreNotChecked)
{
    auto host = healthy_node();
    host.answering({"sshd", "-T"}, failed("Missing privilege separation directory: /run/sshd"));
    for (const auto* check :
         {&sshd_allow_lists, &sshd_pubkey_off, &sshd_authorized_keys_file, &sshd_force_command, &sshd_agent_forwarding})
        EXPECT_EQ(only(check->run(healthy_facts(), host, {})).severity, Severity::not_checked) << check->id;
}

TEST(SshdConfig, RepeatsWhatSshdComplainsAbout)
{
    auto host = healthy_node();
    host.answering({"sshd", "-T"}, failed("/etc/ssh/sshd_config: line 3: Bad configuration option: Prot\r\nmore", 255));
    EXPECT_EQ(only(sshd_config.run(healthy_facts(), host, {})).message,
              "sshd does not accept its configuration: /etc/ssh/sshd_config: line 3: Bad configuration option: Prot");
}

TEST(SshdConfig, NamesADropInThatIsNoFileAndDoesNotLetSshdWaitForIt)
{
    auto host = healthy_node();
    host.with_file("/etc/ssh/sshd_config.d/zz.conf", "").machine().files.at("/etc/ssh/sshd_config.d/zz.conf").kind =
        FileKind::other;
    const auto finding = only(sshd_config.run(healthy_facts(), host, {}));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "/etc/ssh/sshd_config.d/zz.conf: it is no regular file"));
    EXPECT_TRUE(host.looked().empty());
}

TEST(SshdConfig, SaysThatHostKeysAreMissingAndNotThatTheFilesAreWrong)
{
    auto host = healthy_node();
    host.answering({"sshd", "-T"}, failed("Unable to load host key: /etc/ssh/ssh_host_rsa_key\r\n"
                                          "sshd: no hostkeys available -- exiting.\r\n",
                                          1));
    const auto finding = only(sshd_config.run(healthy_facts(), host, {}));
    EXPECT_EQ(finding.message, "sshd has no host key, and lets nobody in");
    EXPECT_EQ(finding.fix, "ssh-keygen -A && systemctl restart ssh");
}

TEST(SshdConfig, IsNotCheckedWhereSshdIsMerelyStopped)
{
    auto host = healthy_node();
    host.answering({"sshd", "-T"}, failed("Missing privilege separation directory: /run/sshd", 255));
    EXPECT_EQ(only(sshd_config.run(healthy_facts(), host, {})).severity, Severity::not_checked);
}

TEST(SshdAllowLists, NameTheListThatLeavesOneadminOut)
{
    const auto finding = told(sshd_allow_lists, {{"allowusers", "root"}, {"allowusers", "admin@10.*"}});
    EXPECT_EQ(finding.message, "sshd's AllowUsers (root admin@10.*) leaves oneadmin out");
    EXPECT_EQ(finding.fix, "printf '%s\\n' 'Match User oneadmin' '    AllowUsers oneadmin' "
                           ">>/etc/ssh/sshd_config.d/00-oneadmin.conf && systemctl reload ssh");
}

TEST(SshdAllowLists, AreContentWithAPatternANetworkOrAGroupThatLetsOneadminIn)
{
    EXPECT_TRUE(fine(sshd_allow_lists, {{"allowusers", "one*"}}));
    EXPECT_TRUE(fine(sshd_allow_lists, {{"allowusers", "root"}, {"allowusers", "oneadmin@10.0.0.0/24"}}));
    EXPECT_TRUE(fine(sshd_allow_lists, {{"allowgroups", "wheel"}, {"allowgroups", "libvirt"}}));
}

TEST(SshdAllowLists, NameBothListsWhereBothLeaveItOut)
{
    const auto finding = told(sshd_allow_lists, {{"allowusers", "root"}, {"allowgroups", "wheel"}});
    EXPECT_TRUE(holds(finding.message, "AllowUsers (root) and AllowGroups (wheel)"));
    EXPECT_TRUE(holds(finding.fix, "'    AllowUsers oneadmin' '    AllowGroups oneadmin'"));
}

TEST(SshdAllowLists, FindOneadminInADenyList)
{
    EXPECT_TRUE(holds(told(sshd_allow_lists, {{"denyusers", "one*"}}).message, "DenyUsers (one*)"));
    EXPECT_TRUE(holds(told(sshd_allow_lists, {{"denygroups", "libvirt"}}).message, "DenyGroups (libvirt)"));
}

TEST(SshdAllowLists, NameTheLineThatDeniesOneadminAlsoWhileJoining)
{
    auto host = with_sshd(healthy_node(), {{"denyusers", "bob oneadmin"}});
    host.with_file("/etc/ssh/sshd_config.d/10-site.conf", "# ours\nPort 22\n denyusers bob oneadmin\n");
    const auto finding = only(sshd_allow_lists.run(healthy_facts(), host, {.joining = true}));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.message,
              "sshd's DenyUsers (bob oneadmin) names oneadmin, in /etc/ssh/sshd_config.d/10-site.conf line 3");
    EXPECT_EQ(finding.fix,
              "take oneadmin out of /etc/ssh/sshd_config.d/10-site.conf line 3, then: systemctl reload ssh");
}

TEST(SshdChecks, HoldNothingAgainstAMachineThatTheJoinMends)
{
    const auto joining = [](const Check& check, FakeHost host) {
        return check.run(healthy_facts(), host, {.joining = true});
    };
    const auto strict = with_sshd(healthy_node(), {{"allowusers", "root"},
                                                   {"allowgroups", "wheel"},
                                                   {"pubkeyauthentication", "no"},
                                                   {"authorizedkeysfile", "none"},
                                                   {"allowagentforwarding", "no"},
                                                   {"maxsessions", "2"}});
    auto unread = strict;
    unread.with_file("/etc/ssh/sshd_config", "AllowUsers root\n");
    for (const auto* check : {&sshd_allow_lists, &sshd_pubkey_off, &sshd_authorized_keys_file, &sshd_agent_forwarding,
                              &sshd_max_startups}) {
        for (const auto& finding : joining(*check, strict))
            EXPECT_EQ(finding.severity, Severity::ok) << finding.message;
        EXPECT_GE(only(joining(*check, unread)).severity, Severity::warning) << "no file beside it counts there";
    }
    EXPECT_EQ(
        only(joining(sshd_pubkey_off, with_sshd(strict, {{"authenticationmethods", "publickey,password"}}))).severity,
        Severity::error)
        << "a second factor is not ours to take away";
}

TEST(SshdAllowLists, CountOnTheGroupThatJoiningMakes)
{
    auto host = with_sshd(healthy_node(), {{"allowgroups", "oneadmin"}});
    host.machine().users.erase("oneadmin");
    EXPECT_TRUE(sshd_allow_lists.run({}, host, {}).empty());
}

TEST(SshdPubkeyOff, FindsKeysSwitchedOff)
{
    EXPECT_TRUE(holds(told(sshd_pubkey_off, {{"pubkeyauthentication", "no"}}).fix, "PubkeyAuthentication yes"));
}

TEST(SshdPubkeyOff, FindsThatAKeyIsNotEnough)
{
    EXPECT_TRUE(holds(told(sshd_pubkey_off, {{"authenticationmethods", "publickey,password"}}).message,
                      "AuthenticationMethods publickey,password"));
    EXPECT_TRUE(fine(sshd_pubkey_off, {{"authenticationmethods", "publickey,password publickey"}}));
}

TEST(SshdAuthorizedKeysFile, IsRecognisedInAllItsSpellings)
{
    for (const auto* value :
         {".ssh/authorized_keys", "%h/.ssh/authorized_keys", "/etc/ssh/keys/%u /var/lib/one/.ssh/authorized_keys"})
        EXPECT_TRUE(fine(sshd_authorized_keys_file, {{"authorizedkeysfile", value}})) << value;
    for (const auto* value :
         {"none", "/etc/ssh/keys/%u", "%h/.ssh/authorized_keys2", "%", "%%h/.ssh/authorized_keys", "/keys/%x%U"})
        EXPECT_FALSE(fine(sshd_authorized_keys_file, {{"authorizedkeysfile", value}})) << value;
}

TEST(SshdForceCommand, FindsAForcedCommandAndAJail)
{
    EXPECT_TRUE(holds(told(sshd_force_command, {{"forcecommand", "internal-sftp"}}).fix, "ForceCommand none"));
    EXPECT_TRUE(
        holds(told(sshd_force_command, {{"chrootdirectory", "/srv/jail"}}).message, "ChrootDirectory /srv/jail"));
}

TEST(SshdAgentForwarding, IsAWarningBecauseMonitoringDoesWithoutIt)
{
    EXPECT_EQ(told(sshd_agent_forwarding, {{"allowagentforwarding", "no"}}).severity, Severity::warning);
    EXPECT_TRUE(holds(told(sshd_agent_forwarding, {{"disableforwarding", "yes"}}).fix, "DisableForwarding no"));
}

TEST(SshdFixes, GoToTheMainFileWhereItIncludesNoOther)
{
    auto host = healthy_node();
    host.with_file("/etc/ssh/sshd_config", "# Include /etc/ssh/sshd_config.d/*.conf\n")
        .with_file("/etc/os-release", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n");
    EXPECT_EQ(sshd_fix_for_oneadmin(host, {"PubkeyAuthentication yes"}),
              "printf '%s\\n' 'Match User oneadmin' '    PubkeyAuthentication yes' >>/etc/ssh/sshd_config && systemctl "
              "reload sshd");
    EXPECT_EQ(sshd_fix_for_all(host, "Port 22"), "sed -i '1i Port 22' /etc/ssh/sshd_config && systemctl restart sshd");
}

TEST(SshdFixes, RestartTheSocketWhereSystemdListens)
{
    auto host = healthy_node();
    host.with_link("/etc/systemd/system/sockets.target.wants/ssh.socket", "/lib/systemd/system/ssh.socket");
    EXPECT_TRUE(holds(sshd_fix_for_all(host, "Port 22"), "systemctl daemon-reload && systemctl restart ssh.socket"));
}

TEST(SshdPatterns, MatchStarsAndQuestionMarks)
{
    using steps::matches_pattern;
    for (const auto* pattern : {"oneadmin", "one*", "*", "*admin", "o*a*n", "?neadmin", "oneadmin*", "**"})
        EXPECT_TRUE(matches_pattern("oneadmin", pattern)) << pattern;
    for (const auto* pattern : {"", "one", "admin", "oneadmin?", "o*x", "*b*", "ONEADMIN"})
        EXPECT_FALSE(matches_pattern("oneadmin", pattern)) << pattern;
    EXPECT_TRUE(matches_pattern("", "*"));
}

TEST(SshdPatterns, MatchAddressesAndNetworks)
{
    using steps::matches_user_entry;
    for (const auto* entry : {"oneadmin@10.0.0.1", "oneadmin@10.*", "one*@10.0.0.0/8", "oneadmin@10.0.0.1/32",
                              "*@0.0.0.0/0", "oneadmin@10.0.0.0/31"})
        EXPECT_TRUE(matches_user_entry("oneadmin", "10.0.0.1", entry)) << entry;
    for (const auto* entry : {"root@10.0.0.1", "oneadmin@10.0.0.2", "oneadmin@192.168.0.0/16", "oneadmin@10.0.0.0/x",
                              "oneadmin@10.0.0.0/33", "oneadmin@fd00::/8", "oneadmin@/8", "oneadmin@10.0.0.2/31"})
        EXPECT_FALSE(matches_user_entry("oneadmin", "10.0.0.1", entry)) << entry;
    EXPECT_TRUE(matches_user_entry("oneadmin", "fd00::1", "oneadmin@fd00::/8"));
}

}  // namespace
}  // namespace onenode::checks
