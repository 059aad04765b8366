// The account: made with OpenNebula's ids, repaired where drivers could not work in it, otherwise left alone.
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

Changes plan(const FakeHost& host)
{
    return steps::account.plan(gather_facts(host, paths_read(steps::all())), desired_state());
}

TEST(Account, IsMadeWithTheIdsThatSharedStorageExpects)
{
    const auto changes = plan(bare_debian());
    ASSERT_EQ(changes.size(), 3U);
    EXPECT_EQ(title_of(changes.at(0)), "create group oneadmin (9869)");
    EXPECT_EQ(title_of(changes.at(1)), "create user oneadmin (9869:9869)");
    EXPECT_EQ(title_of(changes.at(2)), "make directory /var/lib/one (0750 oneadmin)");
    EXPECT_EQ(std::get<CreateUser>(changes.at(1)).shell, "/bin/bash");
}

TEST(Account, JoinsTheGroupThatIsThereUnderAnotherNumber)
{
    auto host = bare_debian();
    host.with_group({.name = "oneadmin", .gid = 700});
    EXPECT_EQ(std::get<CreateUser>(plan(host).at(0)).gid, 700U);
}

TEST(Account, IsLeftAsThePackageMadeIt)
{
    EXPECT_EQ(plan(with_node_packages()), Changes{});
}

TEST(Account, GetsAShellThatRunsScriptsAndAHomeThatSshdTrusts)
{
    const auto changes = plan(used_by_people());
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(std::get<SetShell>(changes.at(0)),
              (SetShell{.user = "oneadmin", .shell = "/bin/bash", .why = "drivers cannot run in /usr/sbin/nologin"}));
    EXPECT_EQ(std::get<SetAttributes>(changes.at(1)).mode, 0750U);
}

TEST(Account, OfADirectoryServiceKeepsItsShell)
{
    auto host = with_node_packages();
    host.machine().users["oneadmin"].local = false;
    host.machine().users["oneadmin"].shell = "/bin/csh";
    EXPECT_EQ(plan(host), Changes{}) << "usermod could not change it; the check tells";
}

TEST(Account, MayHaveAReadableHome)
{
    auto host = with_node_packages();
    host.with_directory("/var/lib/one", 0755, 9869, 9869);
    EXPECT_EQ(plan(host), Changes{});
}

}  // namespace
}  // namespace onenode
