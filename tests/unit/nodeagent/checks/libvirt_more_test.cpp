// qemu-user, apparmor-libvirt, selinux-libvirt, libvirt-at-boot, virtlogd, libvirt-host-uuid, -default-uri, -idle-exit, -limits,
// -default-net, dev-kvm-access
#include "nodeagent/checks/findings.hpp"
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(QemuUser, NamesWhatIsWrongAndWritesOnlyThat)
{
    auto host = healthy_node();
    host.with_file("/etc/libvirt/qemu.conf",
                   "user = \"libvirt-qemu\"  # ours\ngroup = 'oneadmin'\nuser = \"oneadmin\"\n");
    const auto finding = only(look(qemu_user_setting, host));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.message,
              "user = libvirt-qemu, dynamic_ownership is not set in /etc/libvirt/qemu.conf: guests do not "
              "run as the owner of their disks");
    EXPECT_EQ(finding.fix,
              "sed -i -E '/^ *(user|dynamic_ownership) *=/d' /etc/libvirt/qemu.conf && printf '%s\\n' 'user = "
              "\"oneadmin\"' 'dynamic_ownership = 0' >>/etc/libvirt/qemu.conf && systemctl try-restart libvirtd");
}

TEST(QemuUser, IsNotCheckedWithoutItsFile)
{
    auto host = healthy_node();
    host.without("/etc/libvirt/qemu.conf");
    EXPECT_EQ(only(look(qemu_user_setting, host)).severity, Severity::not_checked);
}

FakeHost with_apparmor()
{
    auto host = healthy_node();
    host.with_file("/sys/module/apparmor/parameters/enabled", "Y\n")
        .with_file("/etc/apparmor.d/abstractions/libvirt-qemu",
                   "  # /var/lib/one/datastores/** rwk,\n  /dev/kvm rw,\n");
    return host;
}

TEST(ApparmorLibvirt, WantsARuleForTheDatastores)
{
    auto host = with_apparmor();
    const auto finding = only(look(apparmor_libvirt, host));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_TRUE(holds(finding.fix, "echo '/var/lib/one/datastores/** rwk,' "
                                   ">>/etc/apparmor.d/local/abstractions/libvirt-qemu"));
    host.with_file("/etc/apparmor.d/local/abstractions/libvirt-qemu", "/var/lib/one/** rwk,\n");
    EXPECT_TRUE(look(apparmor_libvirt, host).empty());
    host.with_file("/etc/apparmor.d/local/abstractions/libvirt-qemu", "/var/lib/one/** r,\n");
    EXPECT_FALSE(look(apparmor_libvirt, host).empty());
}

TEST(ApparmorLibvirt, LooksWhereALinkLeads)
{
    auto host = with_apparmor();
    host.with_link("/var/lib/one/datastores", "/srv/one")
        .with_file("/etc/apparmor.d/local/abstractions/libvirt-qemu", "/var/lib/one/datastores/** rwk,\n");
    EXPECT_TRUE(holds(only(look(apparmor_libvirt, host)).message, "/srv/one"));
}

TEST(ApparmorLibvirt, IsNoMatterWhereLibvirtDoesWithoutIt)
{
    auto host = with_apparmor();
    host.with_file("/etc/libvirt/qemu.conf", "security_driver = \"none\"\n");
    EXPECT_TRUE(look(apparmor_libvirt, host).empty());
}

TEST(SelinuxLibvirt, NamesTheBooleanOfTheFileSystemInUse)
{
    auto host = healthy_node();
    host.with_file("/sys/fs/selinux/enforce", "1")
        .with_file("/sys/fs/selinux/booleans/virt_use_nfs", "0 0")
        .with_file("/sys/fs/selinux/booleans/virt_use_samba", "0 0")
        .with_file("/proc/self/mountinfo",
                   "22 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n"
                   "90 22 0:50 / /var/lib/one/datastores/100 rw shared:9 - nfs4 nas:/one rw,vers=4.2\n"
                   "91 22 0:51 / /home rw shared:10 - cifs //nas/home rw\n");
    EXPECT_EQ(only(look(selinux_libvirt, host)).fix, "setsebool -P virt_use_nfs on");
    host.with_file("/sys/fs/selinux/booleans/virt_use_nfs", "1 1");
    EXPECT_TRUE(look(selinux_libvirt, host).empty());
    host.with_file("/sys/fs/selinux/booleans/virt_use_nfs", "0 0").with_file("/sys/fs/selinux/enforce", "0");
    EXPECT_TRUE(look(selinux_libvirt, host).empty());
}

FakeHost under_targeted_policy()
{
    auto host = healthy_node();
    host.with_file("/sys/fs/selinux/enforce", "1")
        .with_file("/etc/selinux/config", "# SELINUXTYPE=mls\nSELINUXTYPE=targeted\n")
        .with_file("/etc/os-release", "ID=rhel\n");
    return host;
}

TEST(SelinuxLibvirt, WantsARuleForTheDatastoresWhereTheyReallyAre)
{
    auto host = under_targeted_policy();
    host.without("/var/lib/one/datastores")
        .with_directory("/srv/one.d")
        .with_link("/var/lib/one/datastores", "/srv/one.d");
    const auto bare = only(look(selinux_libvirt, host));
    EXPECT_EQ(bare.fix, "dnf install policycoreutils-python-utils");
    EXPECT_EQ(bare.packages, std::vector<std::string>{"policycoreutils-python-utils"});
    host.with_program("semanage", "/usr/sbin");
    EXPECT_EQ(only(look(selinux_libvirt, host)).fix,
              "semanage fcontext --add --type virt_image_t '/srv/one\\.d(/.*)?' && restorecon -R /srv/one.d");
    host.with_file("/etc/selinux/targeted/contexts/files/file_contexts.local",
                   "/srv/one\\.d(/.*)?    system_u:object_r:virt_image_t:s0\n");
    EXPECT_TRUE(look(selinux_libvirt, host).empty());
}

TEST(SelinuxLibvirt, LeavesARuleThatSomebodyMadeToThem)
{
    auto host = under_targeted_policy();
    host.with_program("semanage", "/usr/sbin")
        .with_file("/etc/selinux/targeted/contexts/files/file_contexts.local",
                   "/var/lib/one/datastores(/.*)?    system_u:object_r:public_content_t:s0\n");
    const auto finding = only(look(selinux_libvirt, host));
    EXPECT_TRUE(holds(finding.message, "theirs is public_content_t")) << finding.message;
    EXPECT_TRUE(holds(finding.fix, "semanage fcontext --modify")) << finding.fix;
    EXPECT_EQ(selinux_libvirt.fix(healthy_facts(), host, {}), Changes{});
}

TEST(SelinuxLibvirt, SaysNothingOfAnotherPolicy)
{
    auto host = under_targeted_policy();
    host.with_file("/etc/selinux/config", "SELINUXTYPE=mls\n");
    EXPECT_TRUE(look(selinux_libvirt, host).empty());
}

TEST(SelinuxLibvirt, IsLeftToAJoinButForWhatThatCannotMake)
{
    auto host = under_targeted_policy();
    EXPECT_EQ(only(selinux_libvirt.run(healthy_facts(), host, {.joining = true})).packages,
              std::vector<std::string>{"policycoreutils-python-utils"});
    host.with_program("semanage", "/usr/sbin");
    EXPECT_EQ(selinux_libvirt.run(healthy_facts(), host, {.joining = true}), left_to_join());
}

TEST(LibvirtAtBoot, NamesTheSocketsThatNoBootOpens)
{
    auto host = healthy_node();
    EXPECT_EQ(only(look(libvirt_at_boot, host)).severity, Severity::ok) << "systemd does not run";
    host.with_directory("/run/systemd/system")
        .with_file("/usr/lib/systemd/system/libvirtd.socket", "")
        .with_file("/usr/lib/systemd/system/libvirtd-ro.socket", "");
    EXPECT_EQ(only(look(libvirt_at_boot, host)).fix, "systemctl enable libvirtd.socket libvirtd-ro.socket");
    host.with_link("/etc/systemd/system/libvirtd-ro.socket", "/dev/null");
    EXPECT_EQ(only(look(libvirt_at_boot, host)).fix, "systemctl enable libvirtd.socket") << "the other one is masked";
    host.with_link("/etc/systemd/system/multi-user.target.wants/libvirtd.service",
                   "/usr/lib/systemd/system/libvirtd.service");
    EXPECT_TRUE(look(libvirt_at_boot, host).empty()) << "a boot starts the daemon itself";
}

TEST(LibvirtAtBoot, WantsTheDaemonOfEachDriverWhereThereIsOne)
{
    auto facts = healthy_facts();
    facts.libvirt.modular = true;
    auto host = healthy_node();
    host.with_directory("/run/systemd/system")
        .with_file("/usr/lib/systemd/system/virtqemud.socket", "")
        .with_link("/etc/systemd/system/sockets.target.wants/virtqemud.socket",
                   "/usr/lib/systemd/system/virtqemud.socket")
        .with_file("/usr/lib/systemd/system/virtqemud-ro.socket", "")
        .with_link("/usr/lib/systemd/system/sockets.target.wants/virtqemud-ro.socket", "../virtqemud-ro.socket")
        .with_file("/usr/lib/systemd/system/virtsecretd.socket", "")
        .with_file("/usr/lib/systemd/system/libvirtd.socket", "");
    EXPECT_EQ(only(libvirt_at_boot.run(facts, host, {})).fix, "systemctl enable virtsecretd.socket");
}

TEST(LibvirtSocket, IsOpenedByARuleWhereTheGroupIsNotEnough)
{
    auto host = healthy_node();
    host.with_directory("/etc/polkit-1/rules.d", 0750);
    host.machine().groups.at("libvirt").members = {"oneadmin"};
    const auto changes = libvirt_socket.fix(healthy_facts(), host, {});
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(title_of(changes.front()), "write /etc/polkit-1/rules.d/50-onenode.rules");
}

TEST(Virtlogd, MustListenWhereItIsInstalled)
{
    auto host = healthy_node();
    host.with_program("virtlogd", "/usr/sbin");
    EXPECT_TRUE(holds(only(look(virtlogd, host)).fix, "systemctl enable --now virtlogd.socket"));
    host.with_socket("/run/libvirt/virtlogd-sock", 0600, 0, 0);
    EXPECT_TRUE(look(virtlogd, host).empty());
}

TEST(LibvirtHostUuid, ThatBoardMakersLeftAsAPlaceholderIsTold)
{
    auto facts = healthy_facts();
    for (const auto* uuid : {"03000200-0400-0500-0006-000700080009", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
                             "00000000-0000-0000-0000-000000000000"}) {
        facts.libvirt.uuid = uuid;
        EXPECT_TRUE(holds(only(libvirt_host_uuid.run(facts, healthy_node(), {})).fix, "/etc/libvirt/libvirtd.conf"));
    }
    const Check* const guard[] = {&libvirt_host_uuid};
    const auto reports = run_checks(guard, facts, healthy_node(), {}, {"libvirt-host-uuid"});
    ASSERT_TRUE(reports);
    EXPECT_EQ(worst(*reports), Severity::error) << "no flag opens it";
    facts.libvirt.uuid = "4c4c4544-0043-3510-8052-b4c04f4d3732";
    EXPECT_TRUE(libvirt_host_uuid.run(facts, healthy_node(), {}).empty());
}

TEST(LibvirtDefaultUri, IsWrongWhereOneadminHasALibvirtOfItsOwn)
{
    auto host = healthy_node();
    host.with_process({.pid = 1, .uid = 0, .argv = {"/usr/sbin/libvirtd"}});
    EXPECT_TRUE(look(libvirt_default_uri, host).empty());
    host.with_process({.pid = 99, .uid = 9869, .argv = {"/usr/sbin/libvirtd", "--timeout=120"}});
    EXPECT_TRUE(holds(only(look(libvirt_default_uri, host)).message, "process 99"));
}

TEST(LibvirtIdleExit, FindsListenOnlyBesideSystemdsSocket)
{
    auto host = healthy_node();
    host.with_file("/etc/default/libvirtd", "#LIBVIRTD_ARGS=\"--listen\"\nLIBVIRTD_ARGS=\"--timeout 120 --listen\"\n");
    EXPECT_TRUE(look(libvirt_idle_exit, host).empty());
    host.with_link("/etc/systemd/system/sockets.target.wants/libvirtd.socket", "/lib/systemd/system/libvirtd.socket");
    EXPECT_TRUE(holds(only(look(libvirt_idle_exit, host)).message, "LIBVIRTD_ARGS in /etc/default/libvirtd"));
    host.with_file("/etc/default/libvirtd", "LIBVIRTD_ARGS=\"--timeout 120\"\n");
    EXPECT_TRUE(look(libvirt_idle_exit, host).empty());
}

TEST(LibvirtLimits, CountTheHardLimitOnly)
{
    auto host = healthy_node();
    host.with_process({.pid = 77, .uid = 0, .argv = {"/usr/sbin/libvirtd"}})
        .with_file("/proc/77/limits", "Limit  Soft Limit  Hard Limit  Units\nMax open files   1024   524288   files\n");
    EXPECT_TRUE(look(libvirt_limits, host).empty());
    host.with_file("/proc/77/limits", "Max open files   1024   1024   files\n");
    EXPECT_TRUE(holds(only(look(libvirt_limits, host)).message, "may open 1024 files"));
    host.with_file("/proc/77/limits", "Max open files   unlimited   unlimited   files\n");
    EXPECT_TRUE(look(libvirt_limits, host).empty());
}

TEST(LibvirtDefaultNet, ClashesWithTheNetworkThatThisMachineIsIn)
{
    auto host = healthy_node();
    host.with_file("/etc/libvirt/qemu/networks/default.xml",
                   "<!-- made by virsh -->\n<network><name>default</name><bridge name='virbr0'/>"
                   "<ip address='192.168.122.1' netmask='255.255.255.0'/></network>\n")
        .with_directory("/sys/class/net/virbr0");
    auto facts = healthy_facts();
    EXPECT_TRUE(libvirt_default_net.run(facts, host, {}).empty());
    facts.identity.addresses = {"192.168.122.40"};
    EXPECT_TRUE(holds(only(libvirt_default_net.run(facts, host, {})).message, "192.168.122.0/24 on virbr0"));
    host.without("/sys/class/net/virbr0");
    EXPECT_TRUE(libvirt_default_net.run(facts, host, {}).empty());
}

TEST(DevKvmAccess, IsTriedAsTheUserThatGuestsRunAs)
{
    auto host = healthy_node();
    host.answering({"test", "-r", "/dev/kvm"}, failed(""));
    const auto finding = only(look(dev_kvm_access, host));
    EXPECT_EQ(host.looked().back().user, "oneadmin");
    EXPECT_EQ(finding.fix, "usermod --append --groups kvm oneadmin");
    host.with_file("/etc/libvirt/qemu.conf", "");
    EXPECT_EQ(only(look(dev_kvm_access, host)).severity, Severity::not_checked);
    host.with_user({.name = "libvirt-qemu", .uid = 64055, .gid = 64055});
    EXPECT_TRUE(holds(only(look(dev_kvm_access, host)).message, "guests run as libvirt-qemu"));
    host.with_file("/etc/libvirt/qemu.conf", "user = \"root\"\n");
    EXPECT_TRUE(look(dev_kvm_access, host).empty());
    EXPECT_EQ(only(dev_kvm_access.run(healthy_facts(), host, {.type = "qemu"})).severity, Severity::ok);
}

}  // namespace
}  // namespace onenode::checks
