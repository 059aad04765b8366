// oneadmin-uid, oneadmin-id-taken, oneadmin-from-directory, oneadmin-home, oneadmin-shell
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

class OneadminAccount : public testing::Test {
protected:
    Findings look(const Check& check) { return check.run(facts, host, {}); }
    void change(const std::function<void(User&)>& how) { change_oneadmin(facts, host, how); }

    FakeHost host = healthy_node();
    Facts facts = healthy_facts();
};

TEST_F(OneadminAccount, MayBeAbsentBecauseJoiningMakesIt)
{
    facts.users.clear();
    facts.groups.clear();
    for (const auto* check :
         {&oneadmin_uid, &oneadmin_id_taken, &oneadmin_from_directory, &oneadmin_home, &oneadmin_shell})
        EXPECT_TRUE(look(*check).empty()) << check->id;
}

TEST_F(OneadminAccount, UnderAnotherUidIsNeverRenumberedSilentlyButTheCommandsAreGiven)
{
    change([](User& user) { user.uid = user.gid = 1001; });
    facts.groups["oneadmin"].gid = 1001;
    const auto finding = only(look(oneadmin_uid));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "uid 1001 and gid 1001"));
    EXPECT_EQ(finding.fix,
              "groupmod --gid 9869 oneadmin && usermod --uid 9869 --gid 9869 oneadmin && "
              "find / -xdev -uid 1001 -exec chown -h 9869 {} + && find / -xdev -gid 1001 -exec chgrp -h 9869 {} + && "
              "systemctl try-restart libvirtd");
}

TEST_F(OneadminAccount, WhosePrimaryGroupIsSomebodyElsesGetsAGroupOfItsOwnAndLeavesTheOtherGroupsFilesAlone)
{
    change([](User& user) { user.gid = 100; });
    facts.groups.erase("oneadmin");
    host.without("/usr/sbin/libvirtd");
    EXPECT_EQ(only(look(oneadmin_uid)).fix, "groupadd --gid 9869 oneadmin && usermod --uid 9869 --gid 9869 oneadmin");
}

TEST_F(OneadminAccount, WithRunningProcessesCannotBeRenumberedBeforeTheyEnd)
{
    change([](User& user) { user.uid = 1001; });
    host.with_process({.pid = 77, .uid = 1001, .argv = {"qemu-system-x86_64", "-name"}});
    EXPECT_TRUE(holds(only(look(oneadmin_uid)).message, "End its processes first: 77 (qemu-system-x86_64)"));
}

TEST_F(OneadminAccount, WhoseSessionLingersLosesItFirst)
{
    change([](User& user) { user.uid = 1001; });
    host.with_process({.pid = 147, .uid = 1001, .argv = {"/lib/systemd/systemd", "--user"}})
        .with_process({.pid = 148, .uid = 1001, .argv = {"(sd-pam)"}});
    const auto finding = only(look(oneadmin_uid));
    EXPECT_FALSE(holds(finding.message, "End its processes"));
    EXPECT_TRUE(finding.fix.starts_with("systemctl stop user@1001.service && usermod"));
}

TEST_F(OneadminAccount, NeedsANumberThatSomebodyElseHas)
{
    const User backup{.name = "backup", .uid = 9869, .gid = 34};
    facts.users = {{"backup", backup}};
    facts.groups = {{"mail", {.name = "mail", .gid = 9869}}};
    host.with_user({.name = "next", .uid = 9870, .gid = 9870});
    const auto findings = look(oneadmin_id_taken);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].object, "uid");
    EXPECT_EQ(findings[0].fix, "usermod --uid 9871 backup && find / -xdev -uid 9869 -exec chown -h backup {} +");
    EXPECT_EQ(findings[1].object, "gid");
    EXPECT_EQ(findings[1].fix, "groupmod --gid 9871 mail && find / -xdev -gid 9869 -exec chgrp -h mail {} +");
}

TEST_F(OneadminAccount, FromADirectoryServiceIsRefused)
{
    change([](User& user) { user.local = false; });
    EXPECT_TRUE(holds(only(look(oneadmin_from_directory)).fix, "getent passwd oneadmin >>/etc/passwd"));
}

TEST_F(OneadminAccount, WithAnotherHomeIsRefused)
{
    change([](User& user) { user.home = "/home/oneadmin"; });
    EXPECT_EQ(only(look(oneadmin_home)).fix, "usermod --home /var/lib/one oneadmin");
}

TEST_F(OneadminAccount, WithAFileForAHomeIsRefused)
{
    host.without("/var/lib/one").with_file("/var/lib/one", "");
    EXPECT_EQ(only(look(oneadmin_home)).severity, Severity::error);
}

TEST_F(OneadminAccount, WithoutAShellIsWarnedAboutBecauseJoiningMendsIt)
{
    change([](User& user) { user.shell = "/usr/sbin/nologin"; });
    EXPECT_EQ(only(look(oneadmin_shell)).severity, Severity::warning);
    EXPECT_TRUE(holds(only(look(oneadmin_shell)).message, "joining makes it /bin/bash"));
}

TEST_F(OneadminAccount, WithoutAShellInADirectoryServiceIsAnErrorBecauseJoiningCannotMendIt)
{
    change([](User& user) {
        user.shell = "/usr/bin/fish";
        user.local = false;
    });
    EXPECT_EQ(only(look(oneadmin_shell)).severity, Severity::error);
}

TEST_F(OneadminAccount, WhoseShellIsNotInstalledIsRefusedBySshd)
{
    change([](User& user) { user.shell = "/usr/local/bin/bash"; });
    EXPECT_EQ(only(look(oneadmin_shell)).message, "oneadmin's shell /usr/local/bin/bash does not exist");
}

}  // namespace
}  // namespace onenode::checks
