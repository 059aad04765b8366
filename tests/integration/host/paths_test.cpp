// Where a path leads is root's decision: links that others planted are refused, the distribution's own are followed.
#include "tests/integration/host/scratch.hpp"

#include <sys/stat.h>

namespace onenode {
namespace {

using Paths = OnScratch;

FileSpec key_file()
{
    return {.path = "/var/lib/one/.ssh/authorized_keys", .text = "key\n", .mode = 0600, .owner = "oneadmin"};
}

TEST_F(Paths, RefuseALinkThatTheOwnerPlantedOnTheWay)
{
    directory("/etc/secret");
    link("/var/lib/one/.ssh", "../../../etc/secret", oneadmin);
    const auto written = host_.write(key_file());
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::untrusted) << told(written.error());
    EXPECT_EQ(written.error().thing, key_file().path);
    EXPECT_EQ(names_in("/etc/secret"), std::vector<std::string>{});
}

TEST_F(Paths, RefuseALinkThatTheOwnerPlantedAsTheFile)
{
    directory("/var/lib/one/.ssh", oneadmin, 0700);
    link("/var/lib/one/.ssh/authorized_keys", "../../../../etc/passwd", oneadmin);
    const auto before = text("/etc/passwd");
    EXPECT_EQ(host_.write(key_file()).error().kind, ErrorKind::untrusted);
    EXPECT_EQ(host_.append(key_file().path, "x").error().kind, ErrorKind::untrusted);
    EXPECT_EQ(host_.set_attributes(key_file().path, 0666, "oneadmin", "oneadmin").error().kind, ErrorKind::untrusted);
    EXPECT_EQ(host_.read(key_file().path).error().kind, ErrorKind::untrusted);
    EXPECT_EQ(text("/etc/passwd"), before);
}

TEST_F(Paths, RefuseEvenRootsLinkWhereOthersCouldHavePutIt)
{
    directory("/etc/secret");
    link("/var/lib/one/.ssh", "../../../etc/secret", 0);
    EXPECT_EQ(host_.write(key_file()).error().kind, ErrorKind::untrusted);
}

TEST_F(Paths, FollowTheLinksThatADistributionMakes)
{
    directory("/usr/lib");
    file("/usr/lib/os-release", "ID=debian\n");
    link("/etc/os-release", "../usr/lib/os-release");
    link("/var/run", "../run");
    EXPECT_EQ(host_.read("/etc/os-release").value_or("?"), "ID=debian\n");
    ASSERT_TRUE(host_.write({.path = "/var/run/x", .text = "here"}));
    EXPECT_EQ(text("/run/x"), "here");
    EXPECT_EQ(host_.stat("/etc/os-release")->kind, FileKind::symlink) << "stat never follows the last link";
}

TEST_F(Paths, NeverLeaveTheirRoot)
{
    link("/etc/up", "../../../../../../etc/passwd");
    link("/etc/absolute", "/etc/passwd");
    EXPECT_EQ(host_.read("/etc/up").value_or("?"), text("/etc/passwd"));
    EXPECT_EQ(host_.read("/etc/absolute").value_or("?"), text("/etc/passwd"));
    EXPECT_EQ(host_.read("/../../../etc/passwd").error().kind, one::error_from_errno(EXDEV, "").kind);
}

TEST_F(Paths, GiveUpOnLinksThatGoRound)
{
    link("/etc/a", "b");
    link("/etc/b", "a");
    EXPECT_EQ(host_.read("/etc/a").error().kind, ErrorKind::untrusted);
}

TEST_F(Paths, DoNotHangOnAPipe)
{
    ASSERT_EQ(::mkfifo(at("/etc/pipe").c_str(), 0644), 0);
    EXPECT_EQ(host_.read("/etc/pipe").error().reason, "it is not a regular file");
}

TEST_F(Paths, MustBeAbsoluteAndEndInAName)
{
    for (const auto* path : {"etc/passwd", "/", "", "/etc/..", "/etc/"}) {
        const auto written = host_.write({.path = path, .text = "x"});
        ASSERT_FALSE(written) << path;
        EXPECT_EQ(written.error().kind, ErrorKind::invalid) << path;
    }
}

TEST_F(Paths, TellWhatIsMissing)
{
    const auto read = host_.read("/etc/nothing");
    ASSERT_FALSE(read);
    EXPECT_EQ(one::to_line(read.error()), "cannot read /etc/nothing: No such file or directory");
    EXPECT_EQ(host_.stat("/nowhere/x").error().kind, ErrorKind::not_found);
    EXPECT_TRUE(host_.remove("/nowhere/x"));
    EXPECT_TRUE(host_.remove_directory("/nowhere/x"));
    EXPECT_TRUE(host_.remove_tree("/nowhere/x"));
}

TEST_F(Paths, TellOfATrapThatIsTooDeepToBeRemoved)
{
    std::string inner = "/var/tmp/one";
    for (int depth = 0; depth < 250; ++depth)
        directory(inner += "/d");
    const auto removed = host_.remove_tree("/var/tmp/one");
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, ErrorKind::conflict);
    EXPECT_EQ(removed.error().thing, "/var/tmp/one");
    EXPECT_EQ(removed.error().next, "look who made them, rm -r /var/tmp/one, then run the same command again");
}

}  // namespace
}  // namespace onenode
