// The account: made with OpenNebula's ids, repaired where drivers could not work in it, otherwise left alone.
#include "nodeagent/steps/login_umask.hpp"
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr std::uint32_t id = 9869;

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

FakeHost with_umask(const std::string& login_defs, const std::string& session)
{
    auto host = with_node_packages();
    host.with_file("/etc/login.defs", login_defs)
        .with_file("/etc/pam.d/sshd", "auth required pam_unix.so\n@include common-session\n")
        .with_file("/etc/pam.d/common-session", session);
    return host;
}

TEST(Account, LetsOthersReadWhatItMakesWhereLoginsTakeThatAway)
{
    auto host = with_umask("UMASK\t\t077\n", "session optional\tpam_umask.so\n");
    host.with_file("/var/lib/one/.bashrc", "[ -z \"$PS1\" ] && return\numask 027", 0640, id, id);
    const auto changes = plan(host);
    ASSERT_EQ(changes.size(), 1U);
    const auto& file = std::get<WriteFile>(changes.at(0));
    EXPECT_EQ(file.path, "/var/lib/one/.bashrc");
    EXPECT_EQ(file.owner, "oneadmin");
    EXPECT_EQ(file.mode, 0640U);
    EXPECT_TRUE(file.text.starts_with("# begin onenode\numask 022\n# end onenode\n[ -z \"$PS1\" ]")) << file.text;
}

TEST(Account, FindsTheUmaskOfLoginsWherePamLooksForIt)
{
    const auto mask = [](const std::string& login_defs, const std::string& session) {
        return steps::login_umask(gather_facts(with_umask(login_defs, session), paths_read(steps::all())));
    };
    const std::string module = "-session [default=ignore] /usr/lib/security/pam_umask.so";
    EXPECT_EQ(mask("UMASK 077\n", module), 077U);
    EXPECT_EQ(mask("UMASK 077\n", module + " usergroups umask=0027"), 027U) << "its argument counts first";
    EXPECT_EQ(mask("UMASK 077 # as the guide says\n", module), 077U);
    EXPECT_EQ(mask("# UMASK 077\nUMASK_MINE 077\n", module), 022U);
    EXPECT_EQ(mask("UMASK 099\n", module), 022U) << "no number that PAM would take";
    EXPECT_EQ(mask("UMASK 077\n", "session required pam_unix.so\nauth optional pam_umask.so\n"), 022U)
        << "nobody reads login.defs for a login then";
    EXPECT_EQ(mask("UMASK 077\n", "session include sshd\nsession [default=ignore\n"), 022U)
        << "files that go in a circle";
}

}  // namespace
}  // namespace onenode
