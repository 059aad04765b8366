// sudo: the package's rules where they are, ours where they are not.
#include "nodeagent/steps/steps.hpp"
#include "nodeagent/steps/sudo_rules.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

Changes plan(const FakeHost& host, const std::string& type = "kvm")
{
    const auto desired = desired_state(type);
    return steps::sudo.plan(gather_facts(host, steps::all(), desired), desired);
}

TEST(Sudo, IsGrantedByOurFileWhereNoPackageDoes)
{
    const auto file = std::get<WriteFile>(plan(bare_debian()).at(0));
    EXPECT_EQ(file.path, "/etc/sudoers.d/opennebula-onenode");
    EXPECT_EQ(file.mode, 0440U);
    EXPECT_EQ(file.verify, (std::vector<std::string>{"visudo", "-cf", "%"}));
}

TEST(Sudo, LeavesThePackageAlone)
{
    EXPECT_EQ(plan(with_node_packages()), Changes{});
}

TEST(Sudo, TakesOurFileAwayOnceThePackageCame)
{
    auto host = with_node_packages();
    host.with_file("/etc/sudoers.d/opennebula-onenode", steps::sudo_rules("kvm"), 0440);
    EXPECT_EQ(std::get<RemoveFile>(plan(host).at(0)).path, "/etc/sudoers.d/opennebula-onenode");
    host.with_file("/etc/sudoers.d/opennebula-onenode", "# edited\n" + steps::sudo_rules("kvm"), 0440);
    EXPECT_EQ(plan(host), Changes{});
}

TEST(Sudo, IsOursWhileThePackageIsOfAnotherType)
{
    EXPECT_EQ(plan(with_node_packages(), "lxc").size(), 1U);
    auto host = with_node_packages();
    host.without("/etc/sudoers.d/opennebula");  // the rules would name aliases that nobody defines
    EXPECT_EQ(plan(host).size(), 1U);
}

TEST(Sudo, WaitsForSudo)
{
    auto host = bare_debian();
    host.without("/etc/sudoers.d");
    EXPECT_EQ(plan(host), Changes{});
}

TEST(SudoRules, AreThoseOfTheType)
{
    const auto kvm = steps::sudo_rules("kvm");
    EXPECT_EQ(kvm, steps::sudo_rules("qemu"));
    EXPECT_NE(kvm.find("NOPASSWD: ONENODE_CEPH, ONENODE_LVM, "), std::string::npos);
    EXPECT_NE(kvm.find("ONENODE_NFS"), std::string::npos);
    EXPECT_EQ(kvm.find("ONENODE_LXC"), std::string::npos);
    const auto lxc = steps::sudo_rules("lxc");
    EXPECT_NE(lxc.find("ONENODE_LXC"), std::string::npos);
    for (const auto* missing : {"ONENODE_NFS", "ONENODE_MEM", "ONENODE_FABRIC", "ONENODE_VGPU"})
        EXPECT_EQ(lxc.find(missing), std::string::npos);
}

TEST(SudoRules, LetTheNamespaceVariableThrough)
{
    for (const auto* type : {"kvm", "lxc"})
        EXPECT_NE(steps::sudo_rules(type).find("oneadmin ALL=(ALL:ALL) NOPASSWD:SETENV: ONENODE_NETNS\n"),
                  std::string::npos)
            << type;
}

TEST(SudoRules, HoldNothingThatSudoRsRefuses)
{
    for (const auto* type : {"kvm", "lxc"}) {
        const auto text = steps::sudo_rules(type);
        EXPECT_EQ(text.find("requiretty"), std::string::npos);
        for (auto star = text.find('*'); star != std::string::npos; star = text.find('*', star + 1)) {
            EXPECT_EQ(text[star - 1], ' ') << "a wildcard inside an argument";
            EXPECT_TRUE(text[star + 1] == ',' || text[star + 1] == '\n') << "a wildcard that is not the last argument";
        }
    }
}

}  // namespace
}  // namespace onenode
