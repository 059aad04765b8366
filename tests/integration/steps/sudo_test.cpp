// Our rules before the real visudo and the real sudo: accepted, and granting what the drivers call.
#include "nodeagent/steps/sudo_rules.hpp"
#include "tests/integration/steps/this_machine.hpp"

#include <unistd.h>

#include <array>

namespace onenode {
namespace {

class SudoRules : public OnThisMachine {
protected:
    void SetUp() override
    {
        OnThisMachine::SetUp();
        if (!host_.find_program("sudo") || !host_.find_program("visudo")) GTEST_SKIP() << "no sudo here";
    }

    // As the drivers call it: no terminal, no password.
    bool may(std::vector<std::string> command)
    {
        command.insert(command.begin(), {"sudo", "-n", "-l"});
        const auto output = as_oneadmin(std::move(command));
        return output && output->ok();
    }
};

TEST_F(SudoRules, AreAcceptedByVisudo)
{
    for (const auto* type : {"kvm", "lxc"}) {
        ASSERT_TRUE(host_.write({.path = "/etc/rules", .text = steps::sudo_rules(type), .mode = 0440}));
        const auto checked = host_.look({.argv = {"visudo", "-cf", "/etc/rules"}});
        ASSERT_TRUE(checked);
        EXPECT_EQ(checked->exit_code, 0) << type << ": " << checked->out << checked->err;
    }
}

TEST_F(SudoRules, GrantWhatTheDriversCall)
{
    ASSERT_TRUE(join());
    const std::array<std::vector<std::string>, 8> calls{{
        {"ip", "link", "add", "name", "br0", "type", "bridge"},
        {"nft", "list", "ruleset"},
        {"/usr/sbin/ip", "netns", "add", "one_tproxy"},
        {"ip", "route", "show"},
        {"mount", "-t", "nfs", "a", "b"},
        {"tee", "/x"},
        {"sysctl", "vm.drop_caches=3", "vm.compact_memory=1"},
        {"sed", "-i", "-f", "/proc/self/fd/0", "/etc/fstab"},
    }};
    for (const auto& call : calls) {
        const auto path = host_.find_program(call.front().substr(call.front().rfind('/') + 1));
        if (!path) continue;  // sudo -l wants the program to exist
        EXPECT_TRUE(may(call)) << one::to_shell(call);
    }
}

TEST_F(SudoRules, GrantNothingElse)
{
    ASSERT_TRUE(join());
    EXPECT_FALSE(may({"cat", "/etc/shadow"}));
    EXPECT_FALSE(may({"sh"}));
    EXPECT_FALSE(may({"ip", "address", "show"}));
    EXPECT_FALSE(may({"sysctl", "kernel.panic=1"}));
    EXPECT_FALSE(may({"sed", "-i", "s/a/b/", "/etc/passwd"}));
}

TEST_F(SudoRules, LetTheDriverNameItsNamespace)
{
    ASSERT_TRUE(join());
    for (const auto* path : {"/var/tmp/one", "/var/tmp/one/vnm"})
        ASSERT_TRUE(host_.make_directory({.path = path, .owner = "oneadmin"}));
    ASSERT_TRUE(host_.write({.path = "/var/tmp/one/vnm/ip_netns_exec",
                             .text = "#!/bin/sh\necho \"$NETNS $*\"\n",
                             .mode = 0755,
                             .owner = "oneadmin"}));
    const auto output = host_.look(
        {.argv = {"sudo", "-n", "--preserve-env=NETNS", "/var/tmp/one/vnm/ip_netns_exec", "ip", "link", "show"},
         .user = "oneadmin",
         .environment = {{"NETNS", "one_tproxy_br0"}}});
    ASSERT_TRUE(output);
    EXPECT_EQ(output->out, "one_tproxy_br0 ip link show\n") << output->err;
}

TEST_F(SudoRules, StandBesideThePackagesOwn)
{
    ASSERT_TRUE(host_.write(
        {.path = "/etc/sudoers.d/opennebula", .text = "Cmnd_Alias ONE_NET = /usr/sbin/ip link *\n", .mode = 0440}));
    ASSERT_TRUE(join());
    const auto whole = host_.look({.argv = {"visudo", "-c"}});
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->exit_code, 0) << whole->out << whole->err;
}

}  // namespace
}  // namespace onenode
