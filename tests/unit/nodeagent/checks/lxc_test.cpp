// lxc-absent, lxc-subid, lxc-modules, lxc-kernel, lxc-leftovers
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {.type = "lxc"});
}

TEST(LxcChecks, AreNotAskedOfOtherKindsOfNodes)
{
    for (const auto* check : {&lxc_absent, &lxc_subid, &lxc_modules, &lxc_kernel, &lxc_leftovers})
        EXPECT_EQ(only(check->run(healthy_facts(), FakeHost{}, {})).severity, Severity::ok) << check->id;
}

TEST(LxcAbsent, NamesEachToolAndItsPackage)
{
    auto host = healthy_node();
    host.without("/usr/bin/bindfs");
    EXPECT_EQ(only(look(lxc_absent, host)).fix, "apt install bindfs");
    EXPECT_EQ(only(look(lxc_absent, host)).object, "bindfs");
}

TEST(LxcSubid, WantsTheWholeRangeForRoot)
{
    auto host = healthy_node();
    host.with_file("/etc/subuid", "lxd:600100001:65536\nroot:600100001:65535\nroot\nroot::\nroot:x:y\n");
    const auto finding = only(look(lxc_subid, host));
    EXPECT_EQ(finding.fix, "echo 'root:600100001:65536' | tee -a /etc/subuid");
    host.with_file("/etc/subuid", "0:600000000:1000000\n");
    EXPECT_TRUE(look(lxc_subid, host).empty());
    host.without("/etc/subuid").without("/etc/subgid");
    EXPECT_EQ(only(look(lxc_subid, host)).fix, "echo 'root:600100001:65536' | tee -a /etc/subuid /etc/subgid");
}

TEST(LxcModules, WantNbdWithManyDevicesAndLoop)
{
    auto host = healthy_node();
    host.with_file("/sys/module/nbd/parameters/nbds_max", "16\n").without("/dev/loop-control");
    const auto findings = look(lxc_modules, host);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_TRUE(holds(findings[0].message, "nbd has 16 devices"));
    EXPECT_EQ(findings[1].object, "loop");
    host.without("/sys/module/nbd");
    EXPECT_TRUE(holds(look(lxc_modules, host).at(0).message, "not loaded"));
}

TEST(LxcKernel, WantsNamespacesAndProgramsThatRun)
{
    auto host = healthy_node();
    host.with_file("/proc/sys/user/max_user_namespaces", "62000\n");
    EXPECT_TRUE(look(lxc_kernel, host).empty());
    host.with_file_system("/var/lib/lxc-one", {.type = "ext4", .no_suid = true});
    EXPECT_TRUE(holds(only(look(lxc_kernel, host)).message, "mounted nosuid"));
    host.with_file("/proc/sys/user/max_user_namespaces", "0\n");
    EXPECT_TRUE(holds(only(look(lxc_kernel, host)).message, "user namespaces are switched off"));
}

TEST(LxcKernel, WantsLxcsProfilesLoadedWhereAppArmorIsOn)
{
    auto host = healthy_node();
    host.with_file("/sys/module/apparmor/parameters/enabled", "Y\n")
        .with_file("/etc/apparmor.d/lxc-containers", "#include <tunables/global>\n")
        .with_file("/sys/kernel/security/apparmor/profiles", "/usr/bin/lxc-start (enforce)\nlibvirtd (enforce)\n");
    const auto finding = only(look(lxc_kernel, host));
    EXPECT_TRUE(holds(finding.message, "lxc-container-default"));
    EXPECT_TRUE(holds(finding.fix, "apparmor_parser --replace /etc/apparmor.d/lxc-containers"));
    host.with_file("/sys/kernel/security/apparmor/profiles", "lxc-container-default-cgns (enforce)\n");
    EXPECT_TRUE(look(lxc_kernel, host).empty());
    host.without("/sys/kernel/security/apparmor/profiles");
    EXPECT_TRUE(look(lxc_kernel, host).empty()) << "nobody knows, as in a container";
    host.with_file("/sys/kernel/security/apparmor/profiles", "")
        .with_file("/sys/module/apparmor/parameters/enabled", "N\n");
    EXPECT_TRUE(look(lxc_kernel, host).empty());
}

TEST(LxcChecks, HoldNothingAgainstAMachineThatTheJoinMends)
{
    auto host = healthy_node();
    host.without("/etc/subuid").without("/sys/module/nbd").with_file("/proc/sys/user/max_user_namespaces", "0\n");
    for (const auto* check : {&lxc_subid, &lxc_modules, &lxc_kernel}) {
        for (const auto& finding : check->run(healthy_facts(), host, {.type = "lxc", .joining = true}))
            EXPECT_EQ(finding.severity, Severity::ok) << check->id;
        EXPECT_EQ(only(look(*check, host)).severity, Severity::warning) << check->id;
    }
}

TEST(LxcLeftovers, AreMountsWithoutTheirContainer)
{
    auto host = healthy_node();
    host.with_file("/proc/self/mountinfo", "50 22 7:1 / /var/lib/lxc-one/12 rw - ext4 /dev/loop1 rw\n"
                                           "51 22 7:2 / /var/lib/lxc-one/120 rw - ext4 /dev/loop2 rw\n")
        .with_process({.pid = 6, .argv = {"[lxc monitor] /var/lib/lxc one-120"}});
    EXPECT_EQ(only(look(lxc_leftovers, host)).fix, "lxc-ls -f && umount /var/lib/lxc-one/12");
    host.with_process({.pid = 7, .argv = {"[lxc monitor] /var/lib/lxc one-12"}});
    EXPECT_TRUE(look(lxc_leftovers, host).empty());
}

}  // namespace
}  // namespace onenode::checks
