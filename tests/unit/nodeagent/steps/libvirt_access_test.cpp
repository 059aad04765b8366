// Groups: only those that a socket or device asks for, and only where oneadmin lacks them.
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

std::vector<std::string> groups_joined(const FakeHost& host, const std::string& type = "kvm")
{
    const auto desired = desired_state(type);
    std::vector<std::string> groups;
    for (const auto& change : steps::libvirt_access.plan(gather_facts(host, steps::all(), desired), desired))
        groups.push_back(std::get<JoinGroup>(change).group);
    return groups;
}

using Names = std::vector<std::string>;

TEST(LibvirtAccess, JoinsTheGroupsOfTheSocketAndOfTheDevice)
{
    EXPECT_EQ(groups_joined(bare_debian()), (Names{"libvirt", "kvm"}));
}

TEST(LibvirtAccess, HasNothingToDoForAMember)
{
    EXPECT_EQ(groups_joined(with_node_packages()), Names{});
}

TEST(LibvirtAccess, NeedsNoKvmForQemuAndNothingForLxc)
{
    EXPECT_EQ(groups_joined(bare_debian(), "qemu"), Names{"libvirt"});
    EXPECT_EQ(groups_joined(bare_debian(), "lxc"), Names{});
}

TEST(LibvirtAccess, FindsTheSocketsGroupUnderAnyName)
{
    auto host = bare_debian();
    host.without("/run/libvirt")
        .with_group({.name = "virt-users", .gid = 440})
        .with_socket("/run/libvirt/virtqemud-sock", 0660, 0, 440);
    EXPECT_EQ(groups_joined(host), (Names{"virt-users", "kvm"}));
}

TEST(LibvirtAccess, JoinsThePolkitGroupWhereTheSocketIsOpenToAll)
{
    auto host = bare_debian();
    host.with_socket("/run/libvirt/libvirt-sock", 0666, 0, 0).with_socket("/dev/kvm", 0666, 0, 106);
    EXPECT_EQ(groups_joined(host), Names{"libvirt"});
}

TEST(LibvirtAccess, NeverJoinsRootsGroup)
{
    auto host = bare_debian();
    host.with_socket("/run/libvirt/libvirt-sock", 0600, 0, 0).with_socket("/dev/kvm", 0600, 0, 0);
    EXPECT_EQ(groups_joined(host), Names{});
}

TEST(LibvirtAccess, WaitsForLibvirt)
{
    auto host = bare_debian();
    host.without("/run/libvirt").without("/dev/kvm");
    EXPECT_EQ(groups_joined(host), Names{});
}

}  // namespace
}  // namespace onenode
