// shared-mount-missing, nfs-stale, disk-space, iscsi-multipath, var-tmp-cleaned, ceph-access, lvm-visibility, leftovers
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "nodeagent/checks/mounts.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

constexpr const char* mountinfo = "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
                                  "90 22 0:50 / /var/lib/one/datastores/100 rw shared:9 - nfs4 nas:/one rw,vers=4.2\n";

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

FakeHost with_nfs()
{
    auto host = healthy_node();
    host.with_file("/proc/self/mountinfo", mountinfo);
    return host;
}

TEST(Mounts, AreReadWithTheirEscapesAndWithoutLinesThatAreCut)
{
    auto host = healthy_node();
    host.with_file("/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
                                           "23 22 0:5 / /mnt/a\\040b rw - tmpfs tmpfs rw\n"
                                           "24 22 0:5 / /mnt/c rw shared:1 -\nnonsense\n25 - - -\n");
    const auto all = mounts(host);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[1].point, "/mnt/a b");
    EXPECT_EQ(mount_of(all, "/mnt/a b/c")->type, "tmpfs");
    EXPECT_EQ(mount_of(all, "/mnt/a bc")->type, "ext4");
    EXPECT_FALSE(mount_of({}, "/"));
    EXPECT_EQ(unescaped("a\\04"), "a\\04");
    EXPECT_EQ(unescaped("a\\999"), "a\\999");
}

TEST(SharedMountMissing, FindsALineOfFstabThatIsNotMounted)
{
    auto host = with_nfs();
    host.with_file("/etc/fstab", "nas:/one /var/lib/one/datastores/100/ nfs4 defaults 0 0\n");
    EXPECT_TRUE(look(shared_mount_missing, host).empty());
    host.with_file("/etc/fstab", "# nas:/a /var/lib/one/datastores/7 nfs4 defaults 0 0\n"
                                 "nas:/b /var/lib/one/datastores/8 nfs4 noauto,ro 0 0\nnas:/h /home nfs4 defaults 0 0\n"
                                 "nas:/c /var/lib/one/datastores/101 nfs4 defaults 0 0\n");
    const auto finding = only(look(shared_mount_missing, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.fix, "mount /var/lib/one/datastores/101");
}

TEST(SharedMountMissing, FollowsALinkToAnotherDisk)
{
    auto host = with_nfs();
    host.with_link("/var/lib/one/datastores", "/srv/one").with_file("/etc/fstab", "/dev/sdb1 /srv/one xfs defaults\n");
    EXPECT_EQ(only(look(shared_mount_missing, host)).fix, "mount /srv/one");
}

TEST(SharedMountMissing, FindsADatastoreWhoseLinkLeadsNowhere)
{
    auto host = with_nfs();
    host.with_link("/var/lib/one/datastores/102", "/mnt/nas").answering({"test", "-d"}, failed(""));
    const auto finding = only(look(shared_mount_missing, host));
    EXPECT_EQ(finding.object, "102");
    EXPECT_TRUE(holds(finding.message, "leads to /mnt/nas"));
    host.answering({"test", "-d"}, said(""));
    EXPECT_TRUE(look(shared_mount_missing, host).empty());
}

TEST(SharedMountMissing, IsNotCheckedWhereNobodyTellsWhatIsMounted)
{
    auto host = healthy_node();
    host.with_file("/etc/fstab", "nas:/one /var/lib/one/datastores nfs4 defaults 0 0\n");
    EXPECT_EQ(only(look(shared_mount_missing, host)).severity, Severity::not_checked);
}

TEST(NfsStale, TellsADeadServerFromOneWithOtherNames)
{
    auto host = with_nfs();
    host.answering({"stat"}, said("9869\n"));
    EXPECT_TRUE(look(nfs_stale, host).empty());
    host.answering({"stat"}, said("65534\n"));
    EXPECT_EQ(only(look(nfs_stale, host)).severity, Severity::warning);
    host.answering({"stat"}, failed("stat: cannot statx '/var/lib/one/datastores/100': Stale file handle"));
    EXPECT_TRUE(holds(only(look(nfs_stale, host)).message, "Stale file handle"));
    host.answering({"stat"}, Error{.kind = ErrorKind::timeout, .thing = "stat", .reason = "no answer within 3 s"});
    const auto finding = only(look(nfs_stale, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "nas:/one at /var/lib/one/datastores/100 does not answer"));
}

TEST(DiskSpace, CountsOnlyDisksOfThisMachine)
{
    const FileSystem small{.type = "ext4", .free_bytes = 4ULL << 30, .free_inodes = 100'000};
    auto host = healthy_node();
    host.with_file_system("/var/lib/one/datastores", small).with_file_system("/var/log", small);
    const auto finding = only(look(disk_space, host));
    EXPECT_EQ(finding.message, "4GB are free in /var/lib/one/datastores, which is little for disks of guests");
    EXPECT_EQ(finding.severity, Severity::warning);
    host.with_file("/proc/self/mountinfo", "90 22 0:50 / /var/lib/one/datastores rw shared:9 - nfs4 nas:/one rw\n");
    EXPECT_TRUE(look(disk_space, host).empty());
}

TEST(DiskSpace, IsNotCheckedInAContainer)
{
    auto host = healthy_node();
    host.with_file_system("/var/lib", {.type = "overlay", .free_bytes = 1 << 30, .free_inodes = 1000});
    EXPECT_EQ(only(look(disk_space, host)).severity, Severity::not_checked);
}

TEST(VarTmpCleaned, FindsMemoryAndOldCleaners)
{
    auto host = healthy_node();
    host.with_file("/etc/cron.daily/tmpwatch", "#!/bin/sh\n# /var/tmp\n/usr/sbin/tmpwatch 30d /tmp\n");
    EXPECT_TRUE(look(var_tmp_cleaned, host).empty());
    host.with_file("/etc/cron.daily/tmpwatch", "/usr/sbin/tmpwatch 30d /var/tmp\n");
    EXPECT_TRUE(holds(only(look(var_tmp_cleaned, host)).message, "tmpwatch removes old files"));
    host.with_file("/etc/cron.daily/tmpwatch", "/usr/sbin/tmpwatch -x /var/tmp/one -x /var/tmp/one_db 30d /var/tmp\n");
    EXPECT_TRUE(look(var_tmp_cleaned, host).empty());
    host.with_file_system("/var/tmp", {.type = "tmpfs"});
    EXPECT_TRUE(holds(only(look(var_tmp_cleaned, host)).message, "in memory"));
}

TEST(VarTmpCleaned, MindsSystemdOnlyOnceJoiningShouldHaveSeenToIt)
{
    auto host = healthy_node();
    host.with_file("/usr/lib/tmpfiles.d/tmp.conf", "q /tmp 1777 root root 10d\nq /var/tmp 1777 root root 30d\n");
    EXPECT_TRUE(look(var_tmp_cleaned, host).empty());
    host.with_file("/var/lib/onenode/state.json", "{}");
    EXPECT_TRUE(holds(only(look(var_tmp_cleaned, host)).message, "systemd-tmpfiles"));
    host.with_file("/usr/lib/tmpfiles.d/opennebula-node.conf", "x /var/tmp/one/*\n");
    EXPECT_TRUE(look(var_tmp_cleaned, host).empty());
    host.without("/usr/lib/tmpfiles.d/opennebula-node.conf")
        .with_file("/etc/tmpfiles.d/tmp.conf", "#q /var/tmp 1777\n");
    EXPECT_TRUE(look(var_tmp_cleaned, host).empty());  // a file of this name in /etc hides the distribution's
}

TEST(CephAccess, IsAskedWhereCephIsSetUp)
{
    auto host = healthy_node();
    host.with_file("/etc/ceph/ceph.conf", "[global]\n").with_file("/etc/ceph/ceph.client.admin.keyring", "", 0600);
    EXPECT_TRUE(look(ceph_access, host).empty());
    host.with_file("/etc/ceph/ceph.client.libvirt.keyring", "", 0600);
    EXPECT_EQ(only(look(ceph_access, host)).fix, "apt install ceph-common");
    host.with_program("rbd");
    EXPECT_TRUE(look(ceph_access, host).empty());
    host.answering({"test", "-r"}, failed(""));
    EXPECT_EQ(
        only(look(ceph_access, host)).fix,
        "chgrp oneadmin /etc/ceph/ceph.client.libvirt.keyring && chmod 0640 /etc/ceph/ceph.client.libvirt.keyring");
    EXPECT_EQ(only(ceph_access.run({}, host, {})).severity, Severity::not_checked);
}

constexpr const char* monitored_lvm = "/var/lib/one/datastores/120/.monitor\n";

FakeHost with_lvm()
{
    auto host = healthy_node();
    host.with_directory("/var/lib/one/datastores/120")
        .with_directory("/var/lib/one/datastores/7")
        .with_program("vgs")
        .answering({"grep"}, said(monitored_lvm))
        .answering({"vgs"}, said("  debian\n  vg-one-120\n"));
    return host;
}

TEST(LvmVisibility, AsksLvmNothingWhereNoDatastoreUsesIt)
{
    auto host = healthy_node();
    host.with_file("/etc/lvm/backup/vg-one-120", "of a datastore that is gone");
    EXPECT_EQ(only(look(lvm_visibility, host)).message, "no datastore on LVM is in use here");
    EXPECT_TRUE(host.looked().empty());
    host.with_directory("/var/lib/one/datastores/7").answering({"grep"}, failed("", 1));
    EXPECT_EQ(only(look(lvm_visibility, host)).severity, Severity::ok);
}

TEST(LvmVisibility, FindsAVolumeGroupThatLvmDoesNotShow)
{
    auto host = with_lvm();
    EXPECT_TRUE(look(lvm_visibility, host).empty());
    EXPECT_EQ(host.looked().front().argv[1], "--devices=skip") << "a pipe of oneadmin's would be waited for";
    EXPECT_EQ(host.looked().back().argv[1], "--readonly");
    host.answering({"vgs"}, said("  vg-one-12\n"));
    const auto finding = only(look(lvm_visibility, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_EQ(finding.object, "vg-one-120");
    EXPECT_TRUE(holds(finding.message, "a filter in /etc/lvm/lvm.conf"));
    host.with_file("/etc/lvm/devices/system.devices", "VERSION=1.1.1\n");
    EXPECT_TRUE(holds(only(look(lvm_visibility, host)).fix, "lvmdevices --adddev"));
}

TEST(LvmVisibility, KnowsAVolumeGroupByLvmsOwnBackup)
{
    auto host = with_lvm();
    host.answering({"grep"}, failed("", 1)).answering({"vgs"}, said("")).with_file("/etc/lvm/backup/vg-one-7", "x");
    EXPECT_EQ(only(look(lvm_visibility, host)).object, "vg-one-7");
}

TEST(LvmVisibility, IsNotCheckedWhereNobodyAnswers)
{
    auto host = with_lvm();
    host.answering({"vgs"}, failed("  /run/lock/lvm: Read-only file system", 5));
    EXPECT_EQ(only(look(lvm_visibility, host)).severity, Severity::not_checked);
    host.answering({"grep"}, Error{.kind = ErrorKind::timeout, .thing = "grep", .reason = "no answer within 3 s"});
    EXPECT_TRUE(only(look(lvm_visibility, host)).unanswered);
}

TEST(LvmVisibility, WantsLvmWhereADatastoreUsesIt)
{
    auto host = healthy_node();
    host.with_directory("/var/lib/one/datastores/120").answering({"grep"}, said(monitored_lvm));
    EXPECT_EQ(only(look(lvm_visibility, host)).packages, std::vector<std::string>{"lvm2"});
}

TEST(Leftovers, NameWhatAnEarlierCloudLeft)
{
    auto host = healthy_node();
    host.with_file("/var/tmp/one/VERSION", "# version\n6.8.0\n", 0644, 9869)
        .with_directory("/var/lib/one/datastores/0/17", 0750, 9869, 9869)
        .with_file("/run/netns/one_tproxy_br0", "");
    const auto finding = only(look(leftovers, host));
    EXPECT_EQ(finding.message,
              "something of an earlier OpenNebula is left: drivers of OpenNebula 6.8.0 in /var/tmp/one; "
              "directories of guests in /var/lib/one/datastores/0 (17 for one); the network namespace "
              "one_tproxy_br0");
    EXPECT_EQ(finding.severity, Severity::warning);
    host.with_file("/var/lib/onenode/state.json", "{}");
    EXPECT_TRUE(look(leftovers, host).empty());
}

TEST(Leftovers, AreNotWhatASharedDatastoreHolds)
{
    auto host = with_nfs();
    host.with_directory("/var/lib/one/datastores/100/17", 0750, 9869, 9869);
    EXPECT_TRUE(look(leftovers, host).empty());
}

TEST(Leftovers, AreTwoFrontendsMatterWhileAnotherCloudMayHaveThisMachine)
{
    auto host = healthy_node();
    host.with_file("/var/tmp/one_db/config", "<X/>", 0644, 9869).with_file("/var/tmp/one/VERSION", "7.4.0\n");
    EXPECT_EQ(only(look(leftovers, host)).severity, Severity::not_checked);
}

// The front-end's DATASTORE_LOCATION counts, not OpenNebula's default.
Facts with_datastores_elsewhere()
{
    auto facts = healthy_facts();
    facts.datastores = "/srv/one";
    return facts;
}

TEST(DiskSpace, IsCountedWhereTheFrontendWantsTheDatastores)
{
    const FileSystem small{.type = "ext4", .free_bytes = 4ULL << 30, .free_inodes = 100'000};
    auto host = healthy_node();
    host.with_file_system("/srv/one", small);
    const auto finding = only(disk_space.run(with_datastores_elsewhere(), host, {}));
    EXPECT_EQ(finding.message, "4GB are free in /srv/one, which is little for disks of guests");
    EXPECT_TRUE(look(disk_space, host).empty());
}

TEST(SharedMountMissing, LooksWhereTheFrontendWantsTheDatastores)
{
    auto host = with_nfs();
    host.with_file("/etc/fstab", "nas:/c /srv/one/101 nfs4 defaults 0 0\n")
        .with_link("/srv/one/102", "/mnt/nas")
        .answering({"test", "-d"}, failed(""));
    const auto findings = shared_mount_missing.run(with_datastores_elsewhere(), host, {});
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].fix, "mount /srv/one/101");
    EXPECT_EQ(findings[1].object, "102");
    EXPECT_TRUE(look(shared_mount_missing, host).empty());
}

TEST(NfsStale, AsksServersOfDatastoresWhereTheFrontendWantsThem)
{
    auto host = healthy_node();
    host.with_file("/proc/self/mountinfo", "90 22 0:50 / /srv/one/100 rw shared:9 - nfs4 nas:/one rw,vers=4.2\n")
        .answering({"stat"}, failed("stat: cannot statx '/srv/one/100': Stale file handle"));
    EXPECT_TRUE(holds(only(nfs_stale.run(with_datastores_elsewhere(), host, {})).message, "nas:/one at /srv/one/100"));
    EXPECT_TRUE(look(nfs_stale, host).empty());
}

TEST(Leftovers, NamesGuestsWhereTheFrontendWantsTheDatastores)
{
    auto host = healthy_node();
    host.with_directory("/srv/one/0/17", 0750, 9869, 9869);
    const auto finding = only(leftovers.run(with_datastores_elsewhere(), host, {}));
    EXPECT_TRUE(holds(finding.message, "directories of guests in /srv/one/0 (17 for one)")) << finding.message;
    EXPECT_TRUE(holds(finding.fix, " /srv/one/*/* ")) << finding.fix;
    EXPECT_TRUE(look(leftovers, host).empty());
}

FakeHost with_initiator(const std::string& times)
{
    auto host = healthy_node();
    host.with_file("/etc/iscsi/initiatorname.iscsi", "## same for all\nInitiatorName=iqn.1993-08.org.debian:01:8f2a\n")
        .answering({"stat", "--format=%Y"}, said(times));
    return host;
}

TEST(IscsiMultipath, FindsANameThatCameWithAnImage)
{
    const auto host = with_initiator("1700000000\n1760000000\n");
    const auto finding = only(look(iscsi_multipath, host));
    EXPECT_EQ(finding.object, "initiator");
    EXPECT_TRUE(holds(finding.message, "iqn.1993-08.org.debian:01:8f2a is older than this machine's id"));
    EXPECT_TRUE(holds(finding.fix, "name=$(iscsi-iname) && printf")) << "no empty name where that is missing";
    EXPECT_EQ(host.looked().back().argv.back(), "/etc/machine-id");
    EXPECT_EQ(finding.severity, Severity::warning) << "as long as nothing is attached by it";
}

TEST(IscsiMultipath, RefusesSuchANameWhereVolumesAreAttachedAndNobodyMayIgnoreThat)
{
    auto host = with_initiator("1700000000\n1760000000\n");
    host.with_directory("/sys/class/iscsi_session/session1");
    const Check* const guard[] = {&iscsi_multipath};
    const auto reports = run_checks(guard, healthy_facts(), host, {}, {"all"});
    ASSERT_TRUE(reports);
    EXPECT_EQ(worst(*reports), Severity::error);
}

TEST(IscsiMultipath, LeavesANameThatWasMadeHere)
{
    EXPECT_TRUE(look(iscsi_multipath, with_initiator("1760000900\n1760000000\n")).empty());
    EXPECT_TRUE(look(iscsi_multipath, with_initiator("1760000000\n1760000900\n")).empty()) << "an installer's";
    EXPECT_TRUE(look(iscsi_multipath, with_initiator("")).empty());
    auto host = with_initiator("1700000000\n1760000000\n");
    host.with_file("/etc/iscsi/initiatorname.iscsi", "GenerateName=yes\n");
    EXPECT_TRUE(look(iscsi_multipath, host).empty()) << "it is made at the first start";
}

TEST(IscsiMultipath, FindsAMapOfOnePath)
{
    auto host = healthy_node();
    host.with_file("/sys/block/dm-0/dm/uuid", "LVM-abc\n")
        .with_directory("/sys/block/dm-0/slaves/sda")
        .with_file("/sys/block/dm-1/dm/uuid", "mpath-3600508b400105e21\n")
        .with_file("/sys/block/dm-1/dm/name", "mpatha\n")
        .with_directory("/sys/block/dm-1/slaves/sdb");
    const auto finding = only(look(iscsi_multipath, host));
    EXPECT_EQ(finding.object, "path");
    EXPECT_TRUE(holds(finding.fix, "multipath -f mpatha"));
    host.with_directory("/sys/block/dm-1/slaves/sdc");
    EXPECT_TRUE(look(iscsi_multipath, host).empty());
}

}  // namespace
}  // namespace onenode::checks
