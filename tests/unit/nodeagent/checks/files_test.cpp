// var-tmp-noexec, fs-full-or-read-only, remotes-dir-perms, datastore-dir, tmp-foreign-files
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

FileSystem roomy()
{
    return {.type = "ext4", .free_bytes = 10ULL << 30, .free_inodes = 100'000};
}

TEST(VarTmpNoexec, IsFoundOnTheFileSystemThatDriversWillLieOn)
{
    auto host = healthy_node();
    auto hardened = roomy();
    hardened.no_exec = true;
    host.with_file_system("/var/tmp", hardened);
    EXPECT_TRUE(holds(only(look(var_tmp_noexec, host)).fix, "mount -o remount,exec"));
}

TEST(FsFullOrReadOnly, NamesADirectoryThatCannotBeWritten)
{
    auto host = healthy_node();
    auto frozen = roomy();
    frozen.read_only = true;
    host.with_file_system("/etc", frozen);
    EXPECT_EQ(only(look(fs_full_or_read_only, host)).message, "/etc cannot be written: mounted read-only");
}

TEST(FsFullOrReadOnly, TellsOnceAboutOneFullDisk)
{
    auto host = healthy_node();
    auto full = roomy();
    full.free_bytes = 4096;
    host.with_file_system("/", full);
    EXPECT_EQ(only(look(fs_full_or_read_only, host)).message,
              "too little room in /etc, /var/lib, /var/tmp, /tmp, /run: joining needs 83MB, 4KB is free");
    full.free_bytes = 0;
    host.with_file_system("/", full);
    EXPECT_TRUE(holds(only(look(fs_full_or_read_only, host)).message, "joining needs 83MB, nothing is free"));
}

TEST(FsFullOrReadOnly, CountsInodesToo)
{
    auto host = healthy_node();
    auto crowded = roomy();
    crowded.free_inodes = 0;
    host.with_file_system("/var/tmp", crowded);
    EXPECT_EQ(only(look(fs_full_or_read_only, host)).message,
              "too few inodes in /var/tmp: joining needs 3000, nothing is free");
}

TEST(FsFullOrReadOnly, AsksMoreOfTheDriversDirectoryThanOfOthers)
{
    auto host = healthy_node();
    auto small = roomy();
    small.free_bytes = 32 << 20;
    host.with_file_system("/run", small).with_file_system("/var/lib", small);
    EXPECT_TRUE(look(fs_full_or_read_only, host).empty());
    host.with_file_system("/var/tmp", small);
    EXPECT_EQ(look(fs_full_or_read_only, host).size(), 1U);
}

TEST(RemotesDirPerms, FindsADirectoryOfRoots)
{
    auto host = healthy_node();
    host.with_directory("/var/tmp/one").with_directory("/var/tmp/one_db", 0777, 9869, 9869);
    const auto findings = look(remotes_dir_perms, host);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].message, "/var/tmp/one belongs to root, not to oneadmin");
    EXPECT_EQ(findings[0].object, "drivers");
    EXPECT_EQ(findings[1].object, "data");
    EXPECT_TRUE(holds(findings[1].message, "mode 0777"));
}

TEST(RemotesDirPerms, FindsADirectoryThatIsClosedToOneadmin)
{
    auto host = healthy_node();
    host.with_directory("/var/tmp/one", 0, 9869, 9869);
    EXPECT_TRUE(holds(only(look(remotes_dir_perms, host)).message, "mode 0000: oneadmin itself cannot work in it"));
}

TEST(RemotesDirPerms, FindsALinkThatSomebodyPutThere)
{
    auto host = healthy_node();
    host.with_link("/var/tmp/one", "/etc", 1000);
    EXPECT_TRUE(holds(only(look(remotes_dir_perms, host)).message, "is a symbolic link"));
}

TEST(RemotesDirPerms, IsContentWithWhatTheDriversMade)
{
    auto host = healthy_node();
    host.with_directory("/var/tmp/one", 0775, 9869, 9869);
    EXPECT_TRUE(look(remotes_dir_perms, host).empty());
}

TEST(DatastoreDir, WarnsAboutOneOfRootsThatJoiningWillGiveBack)
{
    auto host = healthy_node();
    host.with_directory("/var/lib/one/datastores");
    EXPECT_EQ(only(look(datastore_dir, host)).severity, Severity::warning);
}

TEST(DatastoreDir, MayBeALinkToAnotherDiskWhenThatIsOneadmins)
{
    auto host = healthy_node();
    host.with_link("/var/lib/one/datastores", "/srv/one", 9869).with_directory("/srv/one", 0750, 9869, 9869);
    EXPECT_TRUE(look(datastore_dir, host).empty());
    host.with_directory("/srv/one");
    EXPECT_EQ(only(look(datastore_dir, host)).fix, "chown oneadmin:oneadmin /srv/one");
    EXPECT_EQ(only(look(datastore_dir, host)).severity, Severity::error);
    host.without("/srv/one");
    EXPECT_TRUE(holds(only(look(datastore_dir, host)).message, "/srv/one, which does not exist"));
}

TEST(TmpForeignFiles, NamesLocksThatRootLeftAndQuotesThemForTheShell)
{
    auto host = healthy_node();
    host.with_file("/tmp/onevnm-tproxy-lock", "")
        .with_file("/tmp/one-monitord-3.pid", "1", 0644, 9869)
        .with_file("/tmp/onevnm-a b-lock", "")
        .with_file("/tmp/one-notes", "");
    EXPECT_EQ(only(look(tmp_foreign_files, host)).fix, "rm -f '/tmp/onevnm-a b-lock' /tmp/onevnm-tproxy-lock");
}

TEST(DatastoreDir, IsTheOneThatTheFrontendNames)
{
    auto host = healthy_node();
    auto facts = healthy_facts();
    facts.datastores = "/srv/one";
    EXPECT_TRUE(datastore_dir.run(facts, host, {}).empty()) << "joining makes it";
    host.with_directory("/srv/one");
    EXPECT_EQ(only(datastore_dir.run(facts, host, {})).fix, "chown oneadmin:oneadmin /srv/one");
    const auto changes = datastore_dir.fix(facts, host, {});
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(std::get<SetAttributes>(changes[0]).path, "/srv/one");
    EXPECT_TRUE(look(datastore_dir, host).empty());
}

}  // namespace
}  // namespace onenode::checks
