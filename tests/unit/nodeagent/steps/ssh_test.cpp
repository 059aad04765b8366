// SSH in: the front-end's keys beside people's. SSH out: the front-end is pinned before anything else is said.
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* keys_file = "/var/lib/one/.ssh/authorized_keys";
constexpr const char* config_file = "/var/lib/one/.ssh/config";

Changes plan(const Step& step, const FakeHost& host, const DesiredState& desired = desired_state())
{
    return step.plan(gather_facts(host, steps::all(), desired), desired);
}

std::string text_of(const Changes& changes, std::string_view path)
{
    for (const auto& change : changes)
        if (const auto* file = std::get_if<WriteFile>(&change); file != nullptr && file->path == path)
            return file->text;
    return "(not written)";
}

TEST(SshIn, KeepsKeysThatPeopleAddedAroundOurBlock)
{
    auto host = with_node_packages();
    host.with_file(keys_file, "mine\n# begin onenode\n" + keys::two + "\n# end onenode\nhers\n", 0600, 9869, 9869);
    EXPECT_EQ(text_of(plan(steps::ssh_in, host), keys_file),
              "mine\n# begin onenode\n" + keys::one + "\n# end onenode\nhers\n");
}

TEST(SshIn, HasEveryReplicasKey)
{
    auto desired = desired_state();
    desired.oneadmin_keys = {keys::one, keys::two};
    EXPECT_EQ(text_of(plan(steps::ssh_in, bare_debian(), desired), keys_file),
              "# begin onenode\n" + keys::one + "\n" + keys::two + "\n# end onenode\n");
}

TEST(SshIn, TakesNothingButKeys)
{
    auto desired = desired_state();
    desired.oneadmin_keys = {"command=\"/bin/sh\" " + keys::one, "garbage", keys::two + "\nssh-rsa AAAA"};
    EXPECT_EQ(text_of(plan(steps::ssh_in, bare_debian(), desired), keys_file).find("command="), std::string::npos);
    EXPECT_EQ(text_of(plan(steps::ssh_in, bare_debian(), desired), keys_file).find("garbage"), std::string::npos);
}

TEST(SshIn, RepairsAFileThatSshdWouldIgnore)
{
    auto host = with_node_packages();
    host.with_file(keys_file, "# begin onenode\n" + keys::one + "\n# end onenode\n", 0664, 9869, 9869);
    EXPECT_EQ(std::get<WriteFile>(plan(steps::ssh_in, host).at(0)).mode, 0600U);
    host.with_file(keys_file, "# begin onenode\n" + keys::one + "\n# end onenode\n", 0600, 0, 0);
    EXPECT_EQ(plan(steps::ssh_in, host).size(), 1U);
    host.with_file(keys_file, "# begin onenode\n" + keys::one + "\n# end onenode\n", 0644, 9869, 9869);
    EXPECT_EQ(plan(steps::ssh_in, host).size(), 0U) << "readable by all is fine with sshd";
}

TEST(SshOut, SaysItsWordBeforeThePackagesAcceptNew)
{
    EXPECT_EQ(text_of(plan(steps::ssh_out, with_node_packages()), config_file),
              "# begin onenode\n"
              "Host one.example.com 10.0.0.1\n"
              "  StrictHostKeyChecking yes\n"
              "  UserKnownHostsFile /var/lib/one/.ssh/known_hosts.onenode\n"
              "  UpdateHostKeys no\n"
              "Match all\n"
              "# end onenode\n"
              "Host *\n  StrictHostKeyChecking accept-new\n  ControlMaster no\n");
}

TEST(SshOut, TrustsNoFileButItsOwn)
{
    EXPECT_EQ(text_of(plan(steps::ssh_out, bare_debian()), "/var/lib/one/.ssh/known_hosts.onenode"),
              "# Written by onenode: host keys of the front-end.\none.example.com,10.0.0.1 " + keys::host + "\n");
}

TEST(SshOut, PinsTheOtherNodesAndBelievesTheCaAboutThemAlone)
{
    auto desired = desired_state();
    desired.peer_known_hosts = {"KVM2,10.0.0.12 " + keys::two, "KVM2,10.0.0.12 " + keys::hers,
                                "kvm3,[kvm3]:2222 " + keys::two};
    desired.ssh_authorities = {keys::one};
    desired.revoked_host_keys = {keys::hers};
    const auto changes = plan(steps::ssh_out, with_node_packages(), desired);
    EXPECT_EQ(text_of(changes, "/var/lib/one/.ssh/known_hosts.onenode"),
              "# Written by onenode: host keys of the front-end.\none.example.com,10.0.0.1 " + keys::host +
                  "\n# The other nodes, and who vouches for their keys.\n" +  //
                  "KVM2,10.0.0.12 " + keys::two + "\n@cert-authority KVM2,10.0.0.12 " + keys::one + "\n" +
                  "KVM2,10.0.0.12 " + keys::hers + "\n" +  //
                  "kvm3,[kvm3]:2222 " + keys::two + "\n@cert-authority kvm3,[kvm3]:2222 " + keys::one + "\n" +
                  "@revoked * " + keys::hers + "\n");
    EXPECT_NE(text_of(changes, config_file).find("\nHost one.example.com 10.0.0.1 KVM2 10.0.0.12 kvm3\n"),
              std::string::npos);
}

TEST(SshOut, TellsThePortsOfThoseWhoseSshdListensElsewhere)
{
    auto desired = desired_state();
    desired.frontend_known_hosts.push_back("[one.example.com]:2022 " + keys::host);
    desired.peer_known_hosts = {"kvm2,10.0.0.12,[kvm2]:2222,[10.0.0.12]:2222 " + keys::two,
                                "kvm3,[kvm3]:2222 " + keys::two,
                                "kvm4,[kvm4]:0,[kvm4]:x,[*]:2222,[ONE.example.com]:2222 " + keys::two};
    EXPECT_NE(text_of(plan(steps::ssh_out, with_node_packages(), desired), config_file)
                  .find("  UpdateHostKeys no\n"
                        "Host one.example.com\n  Port 2022\n"
                        "Host kvm2 10.0.0.12 kvm3\n  Port 2222\n"
                        "Match all\n"),
              std::string::npos);
}

TEST(SshOut, LetsNoNodeBeTheFrontendOrEverybody)
{
    auto desired = desired_state();
    desired.peer_known_hosts = {"ONE.example.com " + keys::two,
                                "one.example.com,10.0.0.1,[one.example.com]:2222 " + keys::two, "*,!x " + keys::two,
                                "@cert-authority kvm2 " + keys::two, "garbage"};
    desired.ssh_authorities = {"command=\"x\" " + keys::one, "garbage"};
    desired.revoked_host_keys = {"garbage"};
    EXPECT_EQ(plan(steps::ssh_out, with_node_packages(), desired), plan(steps::ssh_out, with_node_packages()));
}

TEST(SshOut, LetsNoNameMeanOtherHosts)
{
    auto desired = desired_state();
    desired.frontend_names = {"*", "a b", "!x", "one\n  ProxyCommand evil", ""};
    desired.frontend_addresses = {};
    EXPECT_EQ(text_of(plan(steps::ssh_out, bare_debian(), desired), config_file), "(not written)");
    desired.frontend_names.emplace_back("fd00::1");
    EXPECT_NE(text_of(plan(steps::ssh_out, bare_debian(), desired), config_file).find("Host fd00::1\n"),
              std::string::npos);
}

TEST(SshOut, LeavesOutLinesThatAreNoHostKeys)
{
    auto desired = desired_state();
    desired.frontend_known_hosts = {"one.example.com", "@revoked * " + keys::two, "x ssh-rsa AAAA"};
    EXPECT_EQ(text_of(plan(steps::ssh_out, bare_debian(), desired), "/var/lib/one/.ssh/known_hosts.onenode"),
              "# Written by onenode: host keys of the front-end.\n@revoked * " + keys::two + "\n");
}

}  // namespace
}  // namespace onenode
