// Directories: made where absent, and kept by systemd-tmpfiles without saying twice what a package says.
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

Changes plan(const FakeHost& host, const DesiredState& desired = desired_state())
{
    return steps::directories.plan(gather_facts(host, steps::all(), desired), desired);
}

std::string tmpfiles_in(const Changes& changes)
{
    for (const auto& change : changes)
        if (const auto* file = std::get_if<WriteFile>(&change)) return file->text;
    return {};
}

TEST(Directories, AreMadeWithTheModesThatSshAndDriversNeed)
{
    const auto changes = plan(bare_debian());
    ASSERT_EQ(changes.size(), 5U);
    EXPECT_EQ(title_of(changes.at(0)), "make directory /var/lib/one/.ssh (0700 oneadmin)");
    EXPECT_EQ(title_of(changes.at(1)), "make directory /var/lib/one/datastores (0750 oneadmin)");
    EXPECT_EQ(title_of(changes.at(2)), "make directory /run/one (0750 oneadmin)");
    EXPECT_EQ(title_of(changes.at(3)), "make directory /run/one/ssh-socks (0700 oneadmin)");
}

TEST(Directories, ComeBackAfterARebootAndAreNotAgedOut)
{
    const auto text = tmpfiles_in(plan(bare_debian()));
    EXPECT_NE(text.find("\nd /run/one 0750 oneadmin oneadmin -\n"), std::string::npos);
    EXPECT_NE(text.find("\nd /run/one/ssh-socks 0700 oneadmin oneadmin -\n"), std::string::npos);
    EXPECT_NE(text.find("\nx /var/tmp/one/*\n"), std::string::npos);
    EXPECT_NE(text.find("\nx /var/tmp/one_db\n"), std::string::npos);
    EXPECT_NE(text.find("\nd /var/tmp/one - oneadmin oneadmin -\n"), std::string::npos)
        << "where /var/tmp is in memory";
    EXPECT_NE(text.find("\nd /var/tmp/one_db - oneadmin oneadmin -\n"), std::string::npos);
}

TEST(Directories, LeaveToThePackageWhatItSays)
{
    const auto text = tmpfiles_in(plan(with_node_packages()));
    EXPECT_EQ(text.find("/run/one"), std::string::npos);
    EXPECT_EQ(text.find("x /var/tmp/one/"), std::string::npos);
    EXPECT_NE(text.find("x /var/tmp/one_db\n"), std::string::npos) << "no package protects monitoring's database";
}

TEST(Directories, GoWhereTheFrontendKeepsItsDatastores)
{
    auto desired = desired_state();
    desired.datastore_location = "/srv/one";
    auto host = with_node_packages();
    host.with_directory("/srv");
    EXPECT_EQ(title_of(plan(host, desired).at(0)), "make directory /srv/one (0750 oneadmin)");
    host.with_directory("/srv/one", 0750, 9869, 9869);
    EXPECT_EQ(plan(host, desired).size(), 1U) << "only tmpfiles";
}

TEST(Directories, OfOthersAreNotTakenWhereTheFrontEndNamesThem)
{
    auto desired = desired_state();
    desired.datastore_location = "/srv/www";
    auto host = with_node_packages();
    host.with_directory("/srv/www", 0755, 0, 0);
    for (const auto& change : plan(host, desired))
        EXPECT_EQ(title_of(change).find("/srv/www"), std::string::npos) << title_of(change);
}

TEST(Directories, FollowNoLinkThatStandsForOne)
{
    auto host = with_node_packages();
    host.with_link("/var/lib/one/datastores", "/srv/one");
    EXPECT_EQ(plan(host).size(), 1U) << "somebody put the datastores elsewhere: that is theirs";
}

TEST(Directories, NeedNoTmpfilesWhereThereIsNoSystemd)
{
    auto host = bare_debian();
    host.without("/etc/tmpfiles.d");
    EXPECT_EQ(tmpfiles_in(plan(host)), "");
}

}  // namespace
}  // namespace onenode
