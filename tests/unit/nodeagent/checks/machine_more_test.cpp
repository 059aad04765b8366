// hostname-mismatch, hosts-loopback, machine-id-cloned, os-unsupported, os-immutable, concurrent-run, package-lock,
// kvm-module, cgroup-layout, resources-low, other-hypervisor, host-memory-tuning, limits, client-dead
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(HostnameMismatch, ComparesNowTheNextBootAndOpennebulasName)
{
    auto host = healthy_node();
    host.with_file("/etc/hostname", "# static\n");
    EXPECT_TRUE(look(hostname_mismatch, host).empty());
    host.with_file("/etc/hostname", "node1.example.com\n");
    EXPECT_TRUE(look(hostname_mismatch, host).empty());
    host.with_file("/etc/hostname", "ubuntu\n");
    EXPECT_TRUE(holds(only(look(hostname_mismatch, host)).message, "ubuntu after the next boot"));
    host.without("/etc/hostname");
    EXPECT_EQ(only(hostname_mismatch.run(healthy_facts(), host, {.name = "kvm7.example.com"})).fix,
              "hostnamectl set-hostname kvm7.example.com");
    EXPECT_TRUE(hostname_mismatch.run(healthy_facts(), host, {.name = "10.0.0.11"}).empty());
    EXPECT_TRUE(hostname_mismatch.run(healthy_facts(), host, {.name = "node1"}).empty());
    EXPECT_TRUE(hostname_mismatch.run(healthy_facts(), host, {.name = "a b; reboot"}).empty())
        << "nobody is to be called so";
    host.with_host_name("localhost.localdomain");
    EXPECT_TRUE(holds(only(look(hostname_mismatch, host)).message, "calls itself localhost"));
}

TEST(HostsLoopback, LeavesDebiansOwnLineAlone)
{
    auto host = healthy_node();
    for (const auto* text :
         {"127.0.0.1 localhost\n127.0.1.1 node1\n", "127.0.1.1 node1.example.com node1\n",
          "127.0.0.1 localhost node1\n", "10.0.0.11 other node1\n", "# 127.0.1.1 other node1\n", ""}) {
        host.with_file("/etc/hosts", text);
        EXPECT_TRUE(look(hosts_loopback, host).empty()) << text;
    }
}

TEST(HostsLoopback, TellsOfANameThatNobodyElseKnows)
{
    auto host = healthy_node();
    host.with_file("/etc/hosts", "127.0.0.1 localhost\n127.0.1.1 template.example.com node1\n");
    const auto finding = only(look(hosts_loopback, host));
    EXPECT_TRUE(holds(finding.message, "find this machine as template.example.com"));
    EXPECT_EQ(finding.fix, "sed -i 's/^127.0.1.1[[:space:]].*/10.0.0.11 node1/' /etc/hosts");
    host.with_file("/etc/hosts", "127.0.1.1 node1.localdomain node1\n");
    EXPECT_EQ(look(hosts_loopback, host).size(), 1U);
}

TEST(HostsLoopback, TellsOfHostsThatAreNoFile)
{
    auto host = healthy_node();
    host.with_socket("/etc/hosts", 0644, 0, 0);  // a FIFO is as little a file
    const auto finding = only(look(hosts_loopback, host));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_TRUE(holds(finding.message, "/etc/hosts is no regular file"));
}

TEST(MachineIdCloned, FindsAnIdThatAnImageWasShippedWithout)
{
    auto host = healthy_node();
    for (const auto* text : {"", "uninitialized\n", "00000000000000000000000000000000\n", "abc"}) {
        host.with_file("/etc/machine-id", text);
        EXPECT_EQ(only(look(machine_id_cloned, host)).severity, Severity::warning) << text;
    }
    host.with_file("/etc/machine-id", "");
    EXPECT_EQ(only(look(machine_id_cloned, host)).fix, "systemctl reboot") << "an image's, and nothing to take away";
    auto facts = healthy_facts();
    facts.systemd = false;
    EXPECT_EQ(only(machine_id_cloned.run(facts, host, {})).severity, Severity::ok);
}

TEST(OsUnsupported, KnowsWholeVersionsAndMajorOnes)
{
    auto facts = healthy_facts();
    const auto host = healthy_node();
    for (const auto* os : {"debian 13", "ubuntu 24.04", "rhel 10.0", "almalinux 9.5", "opensuse-leap 15.6"}) {
        facts.identity.os = os;
        EXPECT_TRUE(os_unsupported.run(facts, host, {}).empty()) << os;
    }
    for (const auto* os : {"debian 11", "ubuntu 23.10", "arch", "fedora 41", "debian"}) {
        facts.identity.os = os;
        EXPECT_EQ(only(os_unsupported.run(facts, host, {})).severity, Severity::warning) << os;
    }
    facts.identity.os = "debian 12";
    facts.identity.architecture = "riscv64";
    EXPECT_TRUE(holds(only(os_unsupported.run(facts, host, {})).message, "riscv64"));
    facts.identity.os = "";
    EXPECT_EQ(only(os_unsupported.run(facts, host, {})).severity, Severity::not_checked);
}

TEST(OsImmutable, IsAnErrorOnlyWherePackagesAreMissing)
{
    auto host = healthy_node();
    host.without("/usr/share/one").with_file("/run/ostree-booted", "");
    EXPECT_TRUE(holds(only(look(os_immutable, host)).fix, "rpm-ostree install opennebula-node-kvm"));
    EXPECT_EQ(only(look(os_immutable, host)).severity, Severity::error);
    host.with_directory("/usr/share/one/gems-dist");
    EXPECT_TRUE(look(os_immutable, host).empty());
}

TEST(OsImmutable, FindsAReadOnlyUsrAndAnEtcInMemory)
{
    auto host = healthy_node();
    host.without("/usr/share/one").with_file_system("/usr", {.type = "squashfs", .read_only = true});
    EXPECT_EQ(only(look(os_immutable, host)).severity, Severity::error);
    host.with_file_system("/etc", {.type = "tmpfs"});
    EXPECT_TRUE(holds(only(look(os_immutable, host)).message, "/etc is in memory"));
    host.with_file("/run/systemd/container", "lxc");
    EXPECT_EQ(only(look(os_immutable, host)).severity, Severity::ok);
}

TEST(ConcurrentRun, WarnsWhileCloudInitRunsAndOfManagers)
{
    auto host = healthy_node();
    host.with_file("/run/cloud-init/enabled", "");
    EXPECT_EQ(only(look(concurrent_run, host)).fix, "cloud-init status --wait");
    host.with_file("/proc/self/cgroup", "0::/system.slice/cloud-final.service\n");
    EXPECT_TRUE(look(concurrent_run, host).empty()) << "its user data runs us";
    host.with_file("/proc/self/cgroup", "0::/user.slice\n");
    host.with_file("/run/cloud-init/result.json", "{}");
    EXPECT_TRUE(look(concurrent_run, host).empty());
    host.with_process({.pid = 3, .argv = {"/usr/bin/ruby", "/usr/bin/puppet", "apply"}});
    EXPECT_TRUE(look(concurrent_run, host).empty());
    host.with_process({.pid = 4, .argv = {"/usr/bin/ruby", "/usr/bin/puppet", "agent", "--daemonize"}});
    EXPECT_TRUE(holds(only(look(concurrent_run, host)).message, "Puppet manages this machine"));
}

TEST(PackageLock, TellsWhoIsAtWorkButNotUbuntusWaitingHelper)
{
    auto host = healthy_node();
    host.with_process({.pid = 3,
                       .argv = {"/usr/bin/python3", "/usr/share/unattended-upgrades/unattended-upgrade-shutdown",
                                "--wait-for-signal"}});
    EXPECT_TRUE(look(package_lock, host).empty());
    host.with_process({.pid = 812, .argv = {"/usr/bin/python3", "/usr/bin/unattended-upgrade"}});
    EXPECT_TRUE(holds(only(look(package_lock, host)).message, "process 812"));
}

TEST(PackageLock, FindsADpkgThatStoppedInTheMiddle)
{
    auto host = healthy_node();
    host.answering({"dpkg", "--audit"}, said("The following packages are only half configured\n"));
    EXPECT_TRUE(holds(only(look(package_lock, host)).fix, "dpkg --configure -a"));
    for (const auto* text : {"", "The following packages are missing the md5sums control file in the database\n"}) {
        host.answering({"dpkg", "--audit"}, said(text));
        EXPECT_TRUE(look(package_lock, host).empty());
    }
}

TEST(KvmModule, FindsTheFileThatForbidsIt)
{
    auto host = healthy_node();
    host.with_file("/proc/cpuinfo", "flags\t\t: fpu vmx\n")
        .with_file("/etc/modprobe.d/x.conf",
                   "# blacklist kvm-intel\nblacklist kvm-intel\ninstall kvm_amd /bin/false\n");
    EXPECT_EQ(only(look(kvm_module, host)).severity, Severity::warning);
    EXPECT_TRUE(holds(only(look(kvm_module, host)).message, "/etc/modprobe.d/x.conf forbids the module kvm_intel"));
    auto facts = healthy_facts();
    facts.kvm_problem = "/dev/kvm does not exist";
    EXPECT_EQ(only(kvm_module.run(facts, host, {})).severity, Severity::error);
    host.with_file("/etc/modprobe.d/x.conf", "install kvm_intel /sbin/modprobe --ignore-install kvm_intel\n");
    EXPECT_TRUE(look(kvm_module, host).empty());
}

TEST(CgroupLayout, WantsOneGenerationWithTheControllersOfGuests)
{
    auto host = healthy_node();
    const std::string newer = "30 22 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n";
    host.with_file("/proc/self/mountinfo", newer)
        .with_file("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory\n");
    EXPECT_TRUE(look(cgroup_layout, host).empty());
    host.with_file("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io pids\n");
    EXPECT_TRUE(look(cgroup_layout, host).empty());  // nobody tells whether the kernel has it
    host.with_file("/proc/cgroups", "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t0\t90\t1\nmemory\t4\t90\t1\n");
    EXPECT_TRUE(look(cgroup_layout, host).empty());  // an older hierarchy outside has it
    host.with_file("/proc/cgroups", "cpu\t0\t90\t1\nmemory\t0\t90\t0\n");
    EXPECT_TRUE(holds(only(look(cgroup_layout, host)).message, "no memory controller"));
    const std::string older = "40 22 0:30 / /sys/fs/cgroup/net_cls rw - cgroup net_cls rw,net_cls\n";
    host.with_file("/proc/self/mountinfo", newer + older);
    EXPECT_EQ(only(look(cgroup_layout, host)).fix, "umount /sys/fs/cgroup/net_cls  # and find out what mounted it");
    host.with_file("/proc/self/mountinfo", older);
    EXPECT_TRUE(look(cgroup_layout, host).empty());
}

TEST(ResourcesLow, CountsMemoryAndHugePages)
{
    auto host = healthy_node();
    host.with_file("/proc/meminfo",
                   "MemTotal:       16316508 kB\nHugePages_Total:    1024\nHugepagesize:       2048 kB\n");
    EXPECT_TRUE(look(resources_low, host).empty());
    host.with_file("/proc/meminfo",
                   "MemTotal:       16316508 kB\nHugePages_Total:    7500\nHugepagesize:       2048 kB\n");
    EXPECT_TRUE(holds(only(look(resources_low, host)).message, "huge pages hold 94 %"));
    host.with_file("/proc/meminfo", "MemTotal:        2031508 kB\n");
    EXPECT_TRUE(holds(only(look(resources_low, host)).fix, "RESERVED_MEM"));
}

TEST(OtherHypervisor, IsNamedByModuleOrProcess)
{
    auto host = healthy_node();
    host.with_directory("/sys/module/vboxdrv");
    EXPECT_EQ(only(look(other_hypervisor, host)).object, "virtualbox");
    host.with_process({.pid = 4, .argv = {"/usr/bin/python3", "/usr/share/vdsm/vdsmd"}});
    EXPECT_EQ(look(other_hypervisor, host).size(), 2U);
}

TEST(HostMemoryTuning, FindsAKernelThatPromisesOnlyWhatItHas)
{
    auto host = healthy_node();
    host.with_file("/proc/sys/vm/overcommit_memory", "1\n");
    EXPECT_TRUE(look(host_memory_tuning, host).empty());
    host.with_file("/proc/sys/vm/overcommit_memory", "2\n");
    EXPECT_TRUE(holds(only(look(host_memory_tuning, host)).fix, "vm.overcommit_memory = 0"));
}

TEST(Limits, CountWhatIsSaidOfOneadminBeforeWhatIsSaidOfAll)
{
    auto host = healthy_node();
    host.with_file("/etc/security/limits.conf",
                   "# * hard nproc 10\n* hard nproc 100\n* soft nofile 256\nbob - nofile 10\n");
    const auto finding = only(look(limits, host));
    EXPECT_EQ(finding.object, "nproc");
    EXPECT_TRUE(holds(finding.message, "gives oneadmin 100 processes at the most"));
    host.with_file("/etc/security/limits.d/one.conf", "oneadmin - nproc unlimited\n");
    EXPECT_TRUE(look(limits, host).empty());
    host.with_file("/etc/security/limits.d/one.conf", "oneadmin - nproc 4096\n")
        .with_file("/etc/security/limits.d/zz.conf", "* hard nproc 50\n");
    EXPECT_TRUE(look(limits, host).empty());
}

TEST(ClientDead, IsWhatLogindMakesOfMonitoringUnlessOneadminLingers)
{
    auto host = healthy_node();
    host.with_file("/etc/systemd/logind.conf", "[Login]\n#KillUserProcesses=no\nKillUserProcesses=yes\n");
    EXPECT_EQ(only(look(client_dead, host)).fix, "loginctl enable-linger oneadmin");
    host.with_file("/etc/systemd/logind.conf.d/one.conf", "[Login]\nKillExcludeUsers=root oneadmin\n");
    EXPECT_TRUE(look(client_dead, host).empty());
    host.with_file("/etc/systemd/logind.conf.d/one.conf", "[Login]\nKillOnlyUsers=bob\n");
    EXPECT_TRUE(look(client_dead, host).empty());
    host.without("/etc/systemd/logind.conf.d/one.conf").with_file("/var/lib/systemd/linger/oneadmin", "");
    EXPECT_TRUE(look(client_dead, host).empty());
}

}  // namespace
}  // namespace onenode::checks
