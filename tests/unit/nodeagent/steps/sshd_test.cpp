// SSH in where sshd itself would refuse: only what is missing, only for OpenNebula's machines, never against a plain no.
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* ours = "/etc/ssh/sshd_config.d/00-onenode-login.conf";

FakeHost with_sshd(std::string settings)
{
    auto host = with_node_packages();
    host.with_sshd("pubkeyauthentication yes\nauthorizedkeysfile .ssh/authorized_keys .ssh/authorized_keys2\n" +
                   std::move(settings));
    return host;
}

std::string written(const FakeHost& host, const DesiredState& desired = desired_state())
{
    for (const auto& change : steps::sshd.plan(gather_facts(host, steps::all(), desired), desired))
        if (const auto* file = std::get_if<WriteFile>(&change); file != nullptr && file->path == ours)
            return file->text;
    return {};
}

bool holds(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

TEST(SshdStep, WritesNothingWhereTheLoginWouldBeAccepted)
{
    EXPECT_EQ(written(with_sshd("")), "");
    EXPECT_EQ(written(with_sshd("allowusers root\nallowusers one*@10.0.0.0/24\n")), "");
    EXPECT_EQ(written(with_sshd("allowgroups wheel\nallowgroups kvm\n")), "") << "oneadmin is in that group";
}

TEST(SshdStep, WritesNothingWhereSshdDoesNotAnswer)
{
    EXPECT_EQ(written(with_node_packages()), "");
}

TEST(SshdStep, LetsInWhomAnAllowListLeavesOutFromOpenNebulasMachinesAlone)
{
    EXPECT_EQ(written(with_sshd("allowgroups root\n")),
              "# Written by onenode: OpenNebula comes in as oneadmin, with a key.\n"
              "Match User oneadmin Address 10.0.0.1,10.0.0.12,10.0.0.13\n"
              "    AllowGroups oneadmin\n");
}

TEST(SshdStep, SetsEachSettingThatIsInTheWay)
{
    const auto text = written(strict_about_logins());
    for (const auto* line : {"\n    PubkeyAuthentication yes\n", "\n    AllowUsers oneadmin\n",
                             "\n    AllowGroups oneadmin\n", "\n    AuthorizedKeysFile .ssh/authorized_keys\n",
                             "\n    AllowAgentForwarding yes\n", "\n    MaxSessions 10\n"})
        EXPECT_TRUE(holds(text, line)) << line;
    EXPECT_FALSE(holds(text, "DisableForwarding"));
}

TEST(SshdStep, NeverOverridesWhoDeniedOneadmin)
{
    EXPECT_EQ(written(with_sshd("denyusers oneadmin\nallowgroups root\n")), "");
    EXPECT_EQ(written(with_sshd("denygroups kvm\nallowusers root\n")), "");
}

TEST(SshdStep, LeavesASecondFactorAndAForcedCommandToPeople)
{
    EXPECT_EQ(written(with_sshd("authenticationmethods publickey,password\nforcecommand /bin/menu\n")), "");
}

TEST(SshdStep, WritesNothingThatSshdWouldNotRead)
{
    auto host = with_sshd("allowusers root\n");
    host.with_file("/etc/ssh/sshd_config", "AllowUsers root\n");
    EXPECT_EQ(written(host), "");
}

TEST(SshdStep, KeepsWhatWasNeededOnceAndFollowsTheFrontEnd)
{
    const World world{.steps = {&steps::account, &steps::sshd}, .desired = desired_state()};
    auto host = with_sshd("allowusers root\n");
    ASSERT_TRUE(apply_all(world, host));
    EXPECT_EQ(written(host), "") << "its lines count now, and stay";

    auto moved = desired_state();
    moved.frontend_addresses = {"10.0.0.2", "fd00::2", "one.example.com"};
    moved.peers.clear();
    EXPECT_TRUE(
        holds(written(host, moved), "\nMatch User oneadmin Address 10.0.0.2,fd00::2\n    AllowUsers oneadmin\n"));
}

TEST(SshdStep, PutsBackWhatSomebodyTookOut)
{
    const World world{.steps = {&steps::account, &steps::sshd}, .desired = desired_state()};
    auto host = with_sshd("allowusers root\n");
    ASSERT_TRUE(apply_all(world, host));
    const auto text = host.read(ours).value();
    host.with_file(ours, "# not needed\nMatch User oneadmin\n    ForceCommand /bin/false\n", 0600);
    EXPECT_EQ(written(host), text);
}

TEST(SshdStep, IsReadBySshdAtOnceAndForgottenAfterwards)
{
    const World world{.steps = {&steps::sshd}, .desired = desired_state()};
    auto host = with_sshd("allowusers root\n");
    const auto before = host.snapshot();
    ASSERT_TRUE(apply_all(world, host));
    EXPECT_TRUE(holds(host.machine().processes.front().argv.back(), "AllowUsers oneadmin"));
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.snapshot(), before);
}

TEST(SshdStep, TellsSshdByASignalWhereThereIsNoSystemd)
{
    const World world{.steps = {&steps::sshd}, .desired = desired_state()};
    auto host = with_sshd("allowusers root\n");
    host.without("/run/systemd").with_file("/run/sshd.pid", "700\n");
    const auto before = host.snapshot();
    ASSERT_TRUE(apply_all(world, host));
    EXPECT_TRUE(holds(host.machine().processes.front().argv.back(), "AllowUsers oneadmin"));
    ASSERT_TRUE(undo_all(host));
    EXPECT_EQ(host.snapshot(), before);
}

}  // namespace
}  // namespace onenode
