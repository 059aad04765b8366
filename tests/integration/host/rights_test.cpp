// In a directory of somebody else root does no more than that somebody could.
#include "tests/integration/host/scratch.hpp"

#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>

namespace onenode {
namespace {

using Rights = OnScratch;

TEST_F(Rights, AreTheOwnersInTheOwnersDirectory)
{
    directory("/var/lib/one/locked", oneadmin, 0500);  // root itself could write here
    const auto written = host_.write({.path = "/var/lib/one/locked/x", .text = "x", .owner = "oneadmin"});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::denied) << told(written.error());
    EXPECT_EQ(host_.append("/var/lib/one/locked/x", "x").error().kind, ErrorKind::denied);
    EXPECT_EQ(host_.make_directory({.path = "/var/lib/one/locked/x", .owner = "oneadmin"}).error().kind,
              ErrorKind::denied);
    EXPECT_EQ(host_.make_link("/var/lib/one/locked/x", "y").error().kind, ErrorKind::denied);
}

TEST_F(Rights, DoNotRemoveWhatTheOwnerCouldNot)
{
    directory("/var/lib/one/locked", oneadmin, 0700);
    file("/var/lib/one/locked/x", "x", oneadmin);
    ASSERT_EQ(::chmod(at("/var/lib/one/locked").c_str(), 0500), 0);
    EXPECT_EQ(host_.remove("/var/lib/one/locked/x").error().kind, ErrorKind::denied);
    EXPECT_EQ(text("/var/lib/one/locked/x"), "x");
}

TEST_F(Rights, ToReadAreNotLentToWhoLinksAFile)
{
    file("/etc/only-roots", "secret", 0, 0600);
    ASSERT_EQ(::link(at("/etc/only-roots").c_str(), at("/var/lib/one/config").c_str()), 0);
    const auto read = host_.read("/var/lib/one/config");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().kind, ErrorKind::untrusted) << told(read.error());
    EXPECT_TRUE(host_.read("/etc/only-roots")) << "root's own directory may have such files";
}

TEST_F(Rights, AreRootsAgainAfterwards)
{
    ASSERT_TRUE(host_.write({.path = "/var/lib/one/x", .text = "x", .owner = "oneadmin"}));
    EXPECT_EQ(::setfsuid(static_cast<uid_t>(-1)), 0);
    EXPECT_EQ(::setfsgid(static_cast<gid_t>(-1)), 0);
    EXPECT_TRUE(host_.write({.path = "/etc/x", .text = "x", .mode = 0600}));
}

TEST_F(Rights, GiveTheFileItsOwnerAndMode)
{
    ASSERT_TRUE(host_.write({.path = "/var/lib/one/x", .text = "x", .mode = 0640, .owner = "oneadmin"}));
    EXPECT_EQ(*host_.stat("/var/lib/one/x"), (FileInfo{.mode = 0640, .uid = oneadmin, .gid = oneadmin, .size = 1}));
    ASSERT_TRUE(
        host_.write({.path = "/var/lib/one/x", .text = "yy", .mode = 0400, .owner = "root", .group = "oneadmin"}));
    EXPECT_EQ(*host_.stat("/var/lib/one/x"), (FileInfo{.mode = 0400, .uid = 0, .gid = oneadmin, .size = 2}));
    ASSERT_TRUE(host_.write({.path = "/etc/x", .text = "", .owner = "12345", .group = "54321"}));
    EXPECT_EQ(*host_.stat("/etc/x"), (FileInfo{.mode = 0644, .uid = 12345, .gid = 54321}));
}

TEST_F(Rights, AreNotGivenThroughASecondName)
{
    ASSERT_EQ(::link(at("/etc/shadow").c_str(), at("/var/lib/one/mine").c_str()),
              0);  // protected_hardlinks stops people, not us
    const auto given = host_.set_attributes("/var/lib/one/mine", 0644, "oneadmin", "oneadmin");
    ASSERT_FALSE(given);
    EXPECT_EQ(given.error().kind, ErrorKind::untrusted);
    EXPECT_EQ(host_.stat("/etc/shadow")->uid, 0U);
    EXPECT_EQ(host_.stat("/etc/shadow")->mode, 0600U);
}

TEST_F(Rights, ChangeADirectoryInPlace)
{
    ASSERT_TRUE(host_.make_directory({.path = "/var/lib/one/.ssh", .mode = 0700, .owner = "oneadmin"}));
    EXPECT_EQ(host_.stat("/var/lib/one/.ssh")->mode, 0700U);
    ASSERT_TRUE(host_.make_directory({.path = "/var/lib/one/.ssh", .mode = 0750, .owner = "root"}));
    EXPECT_EQ(host_.stat("/var/lib/one/.ssh")->mode, 0750U);
    EXPECT_EQ(host_.stat("/var/lib/one/.ssh")->uid, 0U);
    ASSERT_TRUE(host_.set_attributes("/var/lib/one/.ssh", 0700, "oneadmin", "oneadmin"));
    EXPECT_EQ(host_.stat("/var/lib/one/.ssh")->uid, oneadmin);
}

TEST_F(Rights, KeepTheSecurityLabel)
{
    constexpr const char* name = "security.selinux";
    constexpr std::string_view label = "system_u:object_r:ssh_home_t:s0";
    file("/var/lib/one/keys", "old", oneadmin, 0600);
    if (::setxattr(at("/var/lib/one/keys").c_str(), name, label.data(), label.size(), 0) != 0)
        GTEST_SKIP() << "no labels on this file system";
    ASSERT_TRUE(host_.write({.path = "/var/lib/one/keys", .text = "new", .mode = 0600, .owner = "oneadmin"}));
    std::array<char, 64> kept{};
    const auto size = ::getxattr(at("/var/lib/one/keys").c_str(), name, kept.data(), kept.size());
    ASSERT_GT(size, 0);
    EXPECT_EQ(std::string_view(kept.data(), static_cast<std::size_t>(size)), label);
}

TEST_F(Rights, AreOfNoUseToAUserThatDoesNotExist)
{
    const auto written = host_.write({.path = "/etc/x", .text = "x", .owner = "nobody-here"});
    ASSERT_FALSE(written);
    EXPECT_EQ(one::to_line(written.error()), "cannot find user nobody-here: there is no such user");
}

}  // namespace
}  // namespace onenode
