// What is kept.
#include "frontend/backup/scope.hpp"

#include <gtest/gtest.h>

using namespace onefrontend::backup;

namespace {

const Scope home{.root = "/var/lib/one",
                 .datastores = "/var/lib/one/datastores",
                 .database = "/var/lib/one/one.db",
                 .apart = "/var/lib/one/onefrontend"};

bool kept(const std::string& path, mode_t mode = S_IFREG, off_t size = 1)
{
    struct stat info {};
    info.st_mode = mode;
    info.st_size = size;
    return is_kept(home, path, info);
}

TEST(Scope, KeepsKeysDriversAndWhatVmsHave)
{
    for (const auto* path : {".one/one_auth", ".ssh/id_rsa", "remotes/VERSION", "vms/3/vm.log",
                             "ssh-host-keys/ssh_host_rsa_key", "fireedge/x", ".shipped", "remotes/im/x.lock"})
        EXPECT_TRUE(kept(path)) << path;
}

TEST(Scope, KeepsFoldersOfDatastoresWithoutTheirImages)
{
    EXPECT_TRUE(kept("datastores", S_IFDIR));
    EXPECT_TRUE(kept("datastores", S_IFLNK));
    EXPECT_TRUE(kept("datastores/1", S_IFDIR));
    EXPECT_TRUE(kept("datastores/1", S_IFLNK));
    EXPECT_FALSE(kept("datastores/1/abcdef"));
    EXPECT_FALSE(kept("datastores/1/abcdef", S_IFLNK));
    EXPECT_FALSE(kept("datastores/0/7", S_IFDIR));
    EXPECT_FALSE(kept("datastores/file"));
    EXPECT_TRUE(kept("datastores.old/file"));
}

TEST(Scope, LeavesOutWhatIsOfRunningProcesses)
{
    for (const unsigned mode : {0U + S_IFSOCK, 0U + S_IFIFO, 0U + S_IFBLK, 0U + S_IFCHR})
        EXPECT_FALSE(kept("x", mode));
    EXPECT_FALSE(kept("x/oned.pid"));
    EXPECT_FALSE(kept("x/y.lock", S_IFREG, 0));
    EXPECT_FALSE(kept(".bootstrap.lock"));
    EXPECT_FALSE(kept("config"));
    EXPECT_TRUE(kept("vms/config"));
}

TEST(Scope, LeavesOutTheDatabaseAndWhatIsAMemberOfItsOwn)
{
    for (const auto* path : {"one.db", "one.db-journal", "one.db-wal", "one.db-shm"})
        EXPECT_FALSE(kept(path)) << path;
    EXPECT_TRUE(kept("one.db.mine"));
    EXPECT_FALSE(kept("onefrontend", S_IFDIR));
}

TEST(Scope, LeavesOutWhatBackupRestoreAndUpgradesKeep)
{
    for (const auto* path : {".backup", ".restore", ".upgrade", ".before-restore-20261123T010203"})
        EXPECT_FALSE(kept(path, S_IFDIR)) << path;
}

}  // namespace
