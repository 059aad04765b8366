// A full disk, a read-only one, a file that may not be changed: the old text stays, and the error says what to do.
#include "tests/integration/host/scratch.hpp"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace onenode {
namespace {

using Faults = OnScratch;

TEST_F(Faults, AFullDiskKeepsTheOldText)
{
    mount_memory("/mnt", "64k");
    ASSERT_TRUE(host_.write({.path = "/mnt/x", .text = "old"}));
    const auto written = host_.write({.path = "/mnt/x", .text = std::string(200'000, 'n')});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::no_space);
    EXPECT_EQ(one::to_line(written.error()), "cannot write /mnt/x: No space left on device");
    EXPECT_NE(written.error().next.find("df -h /mnt/x"), std::string::npos);
    EXPECT_EQ(text("/mnt/x"), "old");
    EXPECT_EQ(names_in("/mnt"), std::vector<std::string>{"x"});
}

TEST_F(Faults, AnEditOfSomebodyElseIsNotOverwritten)
{
    ASSERT_TRUE(host_.make_directory({.path = "/srv"}));
    const auto write = [this](const std::string& over) {
        return host_.write({.path = "/srv/hosts", .text = "ours", .over = over});
    };
    ASSERT_TRUE(host_.write({.path = "/srv/hosts", .text = "theirs"}));
    for (const std::string seen : {"", "their", "theirs, longer", "thairs"}) {
        const auto written = write(seen);
        ASSERT_FALSE(written) << seen;
        EXPECT_EQ(written.error().kind, ErrorKind::conflict);
        EXPECT_EQ(one::to_line(written.error()), "cannot write /srv/hosts: somebody else changes it at the same time");
        EXPECT_EQ(text("/srv/hosts"), "theirs");
        EXPECT_EQ(names_in("/srv"), std::vector<std::string>{"hosts"});
    }
    EXPECT_TRUE(write("theirs"));
    EXPECT_EQ(text("/srv/hosts"), "ours");
    ASSERT_TRUE(host_.remove("/srv/hosts"));
    EXPECT_FALSE(write("ours")) << "somebody removed it";
    EXPECT_TRUE(write(""));
}

TEST_F(Faults, AFullDiskLeavesNoHalfLineInTheJournal)
{
    mount_memory("/mnt", "64k");
    ASSERT_TRUE(host_.append("/mnt/journal", "first\n"));
    EXPECT_EQ(host_.append("/mnt/journal", std::string(200'000, 'n')).error().kind, ErrorKind::no_space);
    EXPECT_EQ(text("/mnt/journal"), "first\n");
    ASSERT_TRUE(host_.append("/mnt/journal", "second\n"));
    EXPECT_EQ(text("/mnt/journal"), "first\nsecond\n");
}

TEST_F(Faults, AReadOnlyMountIsNamed)
{
    file("/mnt/x", "old");
    mount_read_only("/mnt");
    const auto written = host_.write({.path = "/mnt/x", .text = "new"});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::read_only);
    EXPECT_EQ(written.error().doing, "write") << "nobody was killed here";
    EXPECT_NE(written.error().next.find("findmnt -T /mnt/x"), std::string::npos);
    EXPECT_EQ(host_.append("/mnt/x", "new").error().kind, ErrorKind::read_only);
    EXPECT_EQ(host_.remove("/mnt/x").error().kind, ErrorKind::read_only);
    EXPECT_EQ(host_.make_directory({.path = "/mnt/d"}).error().kind, ErrorKind::read_only);
    EXPECT_TRUE(host_.file_system("/mnt/x")->read_only);
    EXPECT_EQ(text("/mnt/x"), "old");
}

TEST_F(Faults, AnImmutableFileIsCalledSo)
{
    file("/etc/hosts", "old");
    const Fd fd{::open(at("/etc/hosts").c_str(), O_RDONLY | O_CLOEXEC)};
    int flags = FS_IMMUTABLE_FL;
    if (::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) != 0) GTEST_SKIP() << "this file system has no immutable files";
    const auto written = host_.write({.path = "/etc/hosts", .text = "new"});
    flags = 0;
    ::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags);
    ASSERT_FALSE(written);
    EXPECT_EQ(one::to_line(written.error()),
              "cannot write /etc/hosts: /etc/hosts may not be changed (chattr +i or +a)");
    EXPECT_EQ(written.error().next, "chattr -i -a /etc/hosts, then run the same command again");
    EXPECT_EQ(text("/etc/hosts"), "old");
    EXPECT_EQ(names_in("/etc"), (std::vector<std::string>{"group", "hosts", "passwd", "shadow"}));
}

TEST_F(Faults, ADirectoryIsNotReplacedByAFile)
{
    directory("/etc/d");
    EXPECT_FALSE(host_.write({.path = "/etc/d", .text = "x"}));
    EXPECT_FALSE(host_.make_link("/etc/d", "x"));
    EXPECT_FALSE(host_.make_directory({.path = "/etc/passwd"}));
    EXPECT_EQ(host_.stat("/etc/d")->kind, FileKind::directory);
    EXPECT_FALSE(host_.write({.path = "/no/such/place", .text = "x"}));
}

TEST_F(Faults, AFileThatIsTooLargeIsNotRead)
{
    ASSERT_EQ(::truncate(at("/etc/group").c_str(), 17 * 1024 * 1024), 0);
    EXPECT_EQ(host_.read("/etc/group").error().reason, "it is larger than 16 MiB");
}

}  // namespace
}  // namespace onenode
