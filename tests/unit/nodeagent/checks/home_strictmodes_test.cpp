// home-strictmodes, authorized-keys-permissions
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(HomeStrictmodes, WarnsAboutAHomeThatOthersCanWriteAndSaysThatJoiningMendsIt)
{
    auto host = healthy_node();
    host.with_directory("/var/lib/one", 0777, 9869, 9869);
    const auto finding = only(look(home_strictmodes, host));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_EQ(finding.fix, "chown oneadmin:oneadmin /var/lib/one && chmod go-w /var/lib/one");
}

TEST(HomeStrictmodes, DoesNotMindDirectoriesAboveTheHomeBecauseSshdDoesNot)
{
    auto host = healthy_node();
    host.with_directory("/var/lib", 0775, 0, 50);
    EXPECT_TRUE(look(home_strictmodes, host).empty());
}

TEST(HomeStrictmodes, IsAnErrorBehindALinkWhichJoiningLeavesAlone)
{
    auto host = healthy_node();
    host.without("/var/lib/one").with_link("/var/lib/one", "/srv/one").with_directory("/srv/one", 0775, 9869, 9869);
    const auto finding = only(look(home_strictmodes, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "/srv/one"));
}

TEST(HomeStrictmodes, IsContentWhereSshdIsToldNotToLook)
{
    auto host = with_sshd(healthy_node(), {{"strictmodes", "no"}});
    host.with_directory("/var/lib/one", 0777, 9869, 9869);
    EXPECT_TRUE(look(home_strictmodes, host).empty());
}

TEST(AuthorizedKeysPermissions, AreAnErrorOnceJoiningShouldHaveMendedThem)
{
    auto host = healthy_node();
    host.with_directory("/var/lib/one/.ssh", 0700, 1001, 1001);
    const auto finding = only(look(authorized_keys_permissions, host));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "it belongs to uid 1001"));
}

TEST(AuthorizedKeysPermissions, AreTriedByReadingAsOneadmin)
{
    auto host = healthy_node();
    host.answering({"test", "-r"}, failed(""));
    EXPECT_TRUE(holds(only(look(authorized_keys_permissions, host)).message, "oneadmin cannot read"));
    EXPECT_EQ(host.looked().front().user, "oneadmin");
}

TEST(AuthorizedKeysPermissions, SayWhenThereIsNoFile)
{
    auto host = healthy_node();
    host.without("/var/lib/one/.ssh/authorized_keys");
    EXPECT_TRUE(holds(only(look(authorized_keys_permissions, host)).message, "there is no"));
}

}  // namespace
}  // namespace onenode::checks
