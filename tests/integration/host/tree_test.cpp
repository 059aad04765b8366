// Removing a tree: all of it, nothing beside it.
#include "tests/integration/host/scratch.hpp"

#include <sys/mount.h>

namespace onenode {
namespace {

using RemoveTree = OnScratch;

TEST_F(RemoveTree, TakesEverythingBelow)
{
    directory("/var/lib/one/a/b/c", oneadmin);
    file("/var/lib/one/a/x", "x", oneadmin, 0);
    file("/var/lib/one/a/b/c/y", "y", oneadmin);
    ASSERT_TRUE(host_.remove_tree("/var/lib/one/a"));
    EXPECT_EQ(names_in("/var/lib/one"), std::vector<std::string>{});
    EXPECT_TRUE(host_.remove_tree("/var/lib/one/a")) << "fine where absent";
}

TEST_F(RemoveTree, TakesALinkAndNotWhatItPointsTo)
{
    directory("/var/lib/one/a", oneadmin);
    link("/var/lib/one/a/etc", at("/etc"), oneadmin);
    link("/var/lib/one/b", at("/etc"), oneadmin);
    const auto etc = names_in("/etc");
    ASSERT_TRUE(host_.remove_tree("/var/lib/one/a"));
    ASSERT_TRUE(host_.remove_tree("/var/lib/one/b"));
    EXPECT_EQ(names_in("/etc"), etc);
    EXPECT_EQ(names_in("/var/lib/one"), std::vector<std::string>{});
}

TEST_F(RemoveTree, DoesNotEnterAnotherFileSystem)
{
    mount_memory("/var/lib/one/mnt", "64k");
    file("/var/lib/one/mnt/disk", "guest");
    const auto removed = host_.remove_tree("/var/lib/one");
    ASSERT_FALSE(removed);
    EXPECT_EQ(one::to_line(removed.error()), "cannot remove /var/lib/one/mnt: another file system is mounted there");
    EXPECT_EQ(text("/var/lib/one/mnt/disk"), "guest");
}

TEST_F(RemoveTree, DoesNotEnterABindMountOfTheSameFileSystem)
{
    directory("/srv");
    file("/srv/disk", "guest");
    directory("/var/lib/one/mnt", oneadmin);
    ASSERT_EQ(::mount(at("/srv").c_str(), at("/var/lib/one/mnt").c_str(), nullptr, MS_BIND, nullptr), 0);
    EXPECT_FALSE(host_.remove_tree("/var/lib/one"));
    EXPECT_EQ(text("/srv/disk"), "guest");
}

TEST_F(RemoveTree, LeavesADirectoryThatIsNotEmptyToItsOwnWord)
{
    directory("/var/lib/one/a", oneadmin);
    file("/var/lib/one/a/x", "x", oneadmin);
    const auto removed = host_.remove_directory("/var/lib/one/a");
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().kind, ErrorKind::conflict);
    ASSERT_TRUE(host_.remove("/var/lib/one/a/x"));
    EXPECT_TRUE(host_.remove_directory("/var/lib/one/a"));
}

}  // namespace
}  // namespace onenode
