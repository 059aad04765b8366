// All steps on a real machine: applied, nothing left to do, undone byte for byte.
#include "tests/integration/steps/this_machine.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>

namespace onenode {
namespace {

using Join = OnThisMachine;

TEST_F(Join, LeavesNothingMoreToDo)
{
    const auto joined = join();
    ASSERT_TRUE(joined) << told(joined);
    const auto facts = gather_facts(host_, steps::all(), desired_);
    EXPECT_EQ(describe(make_plan(steps::all(), facts, desired_), facts), "");
    const auto* user = facts.user("oneadmin");
    ASSERT_NE(user, nullptr);
    EXPECT_EQ(user->uid, 9869U);
    EXPECT_EQ(user->password_field, "*");
    EXPECT_TRUE(std::ranges::find(user->groups, facts.group("libvirt")->gid) != user->groups.end());
    EXPECT_EQ(host_.resolve("onenode-test-peer").value_or(std::vector<std::string>{}),
              std::vector<std::string>{"10.0.0.12"});
}

TEST_F(Join, IsUndoneByteForByte)
{
    const auto before = contents();
    ASSERT_TRUE(join());
    EXPECT_FALSE(differences(before, contents()).empty());
    const auto undone = leave();
    ASSERT_TRUE(undone) << one::to_text(undone.error());
    for (const auto& kept : undone->kept)
        ADD_FAILURE() << kept.thing << ": " << kept.reason;
    EXPECT_EQ(differences(before, contents()), std::vector<std::string>{});
}

TEST_F(Join, LetsOneadminUseLibvirtsSocket)
{
    ASSERT_TRUE(join());
    const auto connected = as_oneadmin({"test", "-w", "/run/libvirt/libvirt-sock"});
    ASSERT_TRUE(connected);
    EXPECT_EQ(connected->exit_code, 0);
}

TEST_F(Join, KeepsWhatVirtualMachinesLeft)
{
    ASSERT_TRUE(join());
    ASSERT_TRUE(host_.make_directory({.path = "/var/lib/one/datastores/0", .mode = 0750, .owner = "oneadmin"}));
    ASSERT_TRUE(host_.write(
        {.path = "/var/lib/one/datastores/0/disk.0", .text = "a guest", .mode = 0600, .owner = "oneadmin"}));
    const auto undone = leave();
    ASSERT_TRUE(undone);
    ASSERT_EQ(undone->kept.size(), 4U);
    EXPECT_EQ(undone->kept.at(0), (Kept{"/var/lib/one/datastores", "it holds 0"}));
    EXPECT_TRUE(host_.user("oneadmin"));
    EXPECT_EQ(host_.read("/var/lib/one/datastores/0/disk.0").value_or("?"), "a guest");
}

TEST_F(Join, GivesAGroupBackThatUserdelTookAlong)
{
    ASSERT_TRUE(host_.run({.argv = {"groupadd", "--gid", "9869", "oneadmin"}})->ok());
    ASSERT_TRUE(join());
    ASSERT_TRUE(leave());
    EXPECT_EQ(host_.group("oneadmin")->gid, 9869U);
    EXPECT_FALSE(host_.user("oneadmin"));
}

}  // namespace
}  // namespace onenode
