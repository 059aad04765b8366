// What containers need, and only on a node for containers.
#include "nodeagent/steps/containers.hpp"
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode {
namespace {

const World world{.steps = {&steps::account, &steps::containers}, .desired = desired_state("lxc")};

Changes plan(const FakeHost& host, const std::string& type = "lxc")
{
    const auto desired = desired_state(type);
    return steps::containers.plan(gather_facts(host, steps::all(), desired), desired);
}

std::vector<std::string> titles(const Changes& changes)
{
    std::vector<std::string> all;
    for (const auto& change : changes)
        all.push_back(title_of(change));
    return all;
}

TEST(Containers, NeedIdsModulesNamespacesAndAPlace)
{
    EXPECT_EQ(titles(plan(bare_debian_for_lxc())),
              (std::vector<std::string>{"set our lines in /etc/subuid", "set our lines in /etc/subgid",
                                        "write /etc/modprobe.d/onenode-lxc.conf",
                                        "write /etc/modules-load.d/onenode-lxc.conf",
                                        "write /etc/sysctl.d/zz-onenode-user-namespaces.conf",
                                        "make directory /var/lib/lxc-one (0751 oneadmin)"}));
}

TEST(Containers, AreNothingToOtherKindsOfNodes)
{
    EXPECT_EQ(plan(bare_debian_for_lxc(), "kvm"), Changes{});
}

TEST(Containers, LeaveToThePackageWhatItBrings)
{
    auto host = bare_debian_for_lxc();
    host.with_file("/etc/modules-load.d/opennebula-node-lxc.conf", "loop\nnbd\n")
        .with_file("/etc/modprobe.d/opennebula-node-lxc.conf", "options nbd nbds_max=256\n")
        .with_file("/etc/subuid", "root:600000000:1000000\n")
        .with_file("/etc/subgid", "root:600100001:65536\n")
        .with_file("/proc/sys/user/max_user_namespaces", "62000\n")
        .with_directory("/var/lib/lxc-one", 0751);
    EXPECT_EQ(plan(host), Changes{});
}

TEST(Containers, GetTheirModulesAtOnce)
{
    auto host = bare_debian_for_lxc();
    ASSERT_TRUE(apply_all(world, host));
    const auto& touched = host.touched();
    for (const auto* command :
         {"run modprobe loop", "run modprobe nbd", "run sysctl --load=/etc/sysctl.d/zz-onenode-user-namespaces.conf"})
        EXPECT_NE(std::ranges::find(touched, command), touched.end()) << command;
    EXPECT_EQ(host.read("/etc/modprobe.d/onenode-lxc.conf").value(),
              "# Written by onenode.\noptions nbd nbds_max=256\n");
}

TEST(Containers, SayWhichModuleTheKernelDoesNotHave)
{
    auto host = bare_debian_for_lxc();
    host.answering({"modprobe", "nbd"},
                   CommandOutput{.exit_code = 1, .err = "modprobe: FATAL: Module nbd not found\n"});
    const auto applied = apply_all(world, host);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().reason, "modprobe nbd: modprobe: FATAL: Module nbd not found");
    EXPECT_TRUE(is_untold(host, state_directory));
    host.answering({"modprobe", "nbd"}, CommandOutput{});
    EXPECT_TRUE(apply_all(world, host)) << "the next run tries again";
    EXPECT_FALSE(is_untold(host, state_directory));
}

// useradd sorts these files: comments of ours would be torn from what they stand around.
TEST(Containers, GetTheirIdsInAPlainLineThatGoesAloneWhenOthersWroteSince)
{
    auto host = bare_debian_for_lxc();
    ASSERT_TRUE(apply_all(world, host));
    EXPECT_EQ(host.read("/etc/subuid").value(), "lxd:100000:65536\nroot:600100001:65536\n");
    host.with_file("/etc/subuid", "lxd:100000:65536\nroot:600100001:65536\nbob:165536:65536\n");
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->kept, std::vector<Kept>{});
    EXPECT_EQ(host.read("/etc/subuid").value(), "lxd:100000:65536\nbob:165536:65536\n");
    EXPECT_FALSE(host.stat("/etc/subgid"));
}

TEST(Containers, KnowTheirIdsInALargerRange)
{
    for (const auto* line : {"root:600100001:65536", "0:600100001:65536\n", "a:1:2\nroot:600100000:65537\n"})
        EXPECT_TRUE(steps::root_owns_container_ids(line)) << line;
    for (const auto* line :
         {"", "root", "root::", "root:x:y", "lxd:600100001:65536", "root:600100001:65535", "root:600100002:65536",
          "root:9223372036854775807:9223372036854775807", "root:600100001:65536:1", "# root:600100001:65536"})
        EXPECT_FALSE(steps::root_owns_container_ids(line)) << line;
}

}  // namespace
}  // namespace onenode
