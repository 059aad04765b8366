// home-on-nfs, immutable-files, oneadmin-groups, oneadmin-umask, shell-noise
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

FakeHost on_nfs()
{
    auto host = healthy_node();
    host.with_file_system("/var/lib/one", {.type = "nfs", .free_bytes = 1 << 30, .free_inodes = 1000});
    return host;
}

TEST(HomeOnNfs, IsAWarningBecauseRootMayNotBeLetWriteThere)
{
    const auto finding = only(look(home_on_nfs, on_nfs()));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_TRUE(holds(finding.message, "served by another machine (nfs)"));
}

TEST(HomeOnNfs, IsAnErrorWhereSelinuxKeepsSshdOut)
{
    auto host = on_nfs();
    host.with_file("/sys/fs/selinux/enforce", "1").with_file("/sys/fs/selinux/booleans/use_nfs_home_dirs", "0 0");
    EXPECT_EQ(only(look(home_on_nfs, host)).fix, "setsebool -P use_nfs_home_dirs on");
    EXPECT_EQ(only(look(home_on_nfs, host)).severity, Severity::error);
    host.with_file("/sys/fs/selinux/booleans/use_nfs_home_dirs", "1 1");
    EXPECT_EQ(only(look(home_on_nfs, host)).severity, Severity::warning);
}

TEST(HomeOnNfs, MayHoldDatastoresThatAreServed)
{
    auto host = healthy_node();
    host.with_file_system("/var/lib/one/datastores", {.type = "nfs"});
    EXPECT_TRUE(look(home_on_nfs, host).empty());
}

TEST(ImmutableFiles, NameEachAndTheCommandThatFreesIt)
{
    auto host = healthy_node();
    host.answering({"lsattr"}, said("----i---------e------- /var/lib/one/.ssh/authorized_keys\n"
                                    "-----a--------e------- /etc/hosts\n--------------e------- /etc/sudoers.d\n"));
    const auto findings = look(immutable_files, host);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].fix, "chattr -i /var/lib/one/.ssh/authorized_keys");
    EXPECT_EQ(findings[1].message, "/etc/hosts is append-only, and joining may have to write there");
    EXPECT_EQ(findings[0].severity, Severity::error);
    EXPECT_EQ(findings[1].severity, Severity::warning);
}

TEST(ImmutableFiles, AreNotKnownWithoutLsattr)
{
    auto host = healthy_node();
    host.answering({"lsattr"}, Error{.kind = ErrorKind::not_found, .thing = "lsattr", .reason = "no such program"});
    EXPECT_EQ(only(look(immutable_files, host)).severity, Severity::not_checked);
}

TEST(OneadminGroups, AreThoseThatTheMonitoringClientStartedWith)
{
    auto host = healthy_node();
    host.with_process({.pid = 812,
                       .uid = 9869,
                       .argv = {"ruby", "/var/tmp/one/im/kvm.d/monitord-client.rb", "kvm", "3", "node1"}})
        .with_file("/proc/812/status", "Name:\truby\nGroups:\t112 9869 \n");
    EXPECT_TRUE(look(oneadmin_groups, host).empty());
    host.with_file("/proc/812/status", "Name:\truby\nGroups:\t9869 \n");
    const auto finding = only(look(oneadmin_groups, host));
    EXPECT_TRUE(holds(finding.message, "before oneadmin came into group libvirt"));
    EXPECT_TRUE(holds(finding.fix, "kill 812"));
    host.without("/proc/812");
    EXPECT_TRUE(look(oneadmin_groups, host).empty());
}

TEST(ShellNoise, QuotesWhatTheShellPrints)
{
    auto host = healthy_node();
    host.answering({"bash", "-c"}, said("Welcome to node1\nHave a nice day\n"));
    const auto finding = only(look(shell_noise, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "'Welcome to node1'"));
    EXPECT_EQ(host.looked().back().user, "oneadmin");
}

TEST(ShellNoise, OnStandardErrorDisturbsNobody)
{
    auto host = healthy_node();
    host.answering({"bash", "-c"}, failed("bash: nvm: command not found", 127));
    EXPECT_TRUE(look(shell_noise, host).empty());
}

TEST(OneadminUmask, IsThatOfTheShellsOwnFileAtLast)
{
    auto host = healthy_node();
    host.answering({"bash", "--norc", "-c"}, said("0077\n"));
    const auto finding = only(look(oneadmin_umask, host));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_TRUE(holds(finding.message, "umask 0077"));
    EXPECT_TRUE(holds(finding.fix, "grep -n -i umask")) << "a line of people's is theirs";
    EXPECT_EQ(host.looked().back().user, "oneadmin");
    EXPECT_EQ(host.looked().back().argv.back(), "0022") << "what PAM gives it";
    EXPECT_TRUE(oneadmin_umask.fix(healthy_facts(), host, {}).empty());
}

TEST(OneadminUmask, BeginsWithThatOfPam)
{
    auto host = healthy_node();
    host.with_file("/etc/pam.d/sshd", "session optional pam_umask.so umask=027\n");
    look(oneadmin_umask, host);
    EXPECT_EQ(host.looked().back().argv.back(), "0027");
}

TEST(OneadminUmask, OfAGroupThatMayWriteIsFine)
{
    auto host = healthy_node();
    host.answering({"bash", "--norc", "-c"}, said("0002\n"));
    EXPECT_TRUE(look(oneadmin_umask, host).empty());
}

TEST(OneadminUmask, IsNotKnownWhereTheShellEndsEarly)
{
    auto host = healthy_node();
    host.answering({"bash", "--norc", "-c"}, said(""));
    EXPECT_EQ(only(look(oneadmin_umask, host)).severity, Severity::not_checked);
}

}  // namespace
}  // namespace onenode::checks
