// kvm-usable, qemu-emulator-link
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

TEST(KvmUsable, OffersTheModuleOfThisProcessorAndTheWayWithoutKvm)
{
    auto facts = healthy_facts();
    facts.kvm_problem = "/dev/kvm does not exist";
    auto host = healthy_node();
    EXPECT_TRUE(holds(only(kvm_usable.run(facts, host, {})).fix, "firmware"));
    host.with_file("/proc/cpuinfo", "flags\t\t: fpu vme vmx ssse3\n");
    const auto finding = only(kvm_usable.run(facts, host, {}));
    EXPECT_EQ(finding.message, "KVM cannot be used: /dev/kvm does not exist");
    EXPECT_EQ(finding.fix, "modprobe kvm_intel  # or join with --type qemu (slow: for tests)");
    host.with_file("/proc/cpuinfo", "flags\t\t: fpu svm\n");
    EXPECT_TRUE(holds(only(kvm_usable.run(facts, host, {})).fix, "modprobe kvm_amd"));
}

TEST(KvmUsable, IsNotAskedOfOtherKindsOfNodes)
{
    auto facts = healthy_facts();
    facts.kvm_problem = "/dev/kvm does not exist";
    for (const auto* type : {"qemu", "lxc"})
        EXPECT_EQ(only(kvm_usable.run(facts, healthy_node(), {.type = type})).severity, Severity::ok);
}

Findings look(const FakeHost& host)
{
    return qemu_emulator_link.run(healthy_facts(), host, {});
}

TEST(QemuEmulatorLink, IsMadeByOpennebulasGeneratorWhereThatIsThere)
{
    auto host = healthy_node();
    host.without("/usr/bin/qemu-kvm-one");
    EXPECT_EQ(only(look(host)).fix, "ln -sfn /usr/bin/qemu-system-x86_64 /usr/bin/qemu-kvm-one");
    host.with_program("qemu-kvm-one-gen");
    EXPECT_EQ(only(look(host)).fix, "/usr/bin/qemu-kvm-one-gen -f");
}

TEST(QemuEmulatorLink, ThatDanglesIsTold)
{
    auto host = healthy_node();
    host.with_link("/usr/bin/qemu-kvm-one", "/usr/libexec/qemu-kvm");
    EXPECT_TRUE(holds(only(look(host)).message, "leads nowhere"));
}

TEST(QemuEmulatorLink, NeedsAQemuToLeadTo)
{
    auto host = healthy_node();
    host.without("/usr/bin/qemu-system-x86_64");
    EXPECT_EQ(only(look(host)).message, "QEMU for x86_64 is not installed");
}

TEST(QemuEmulatorLink, MayBeAProgramItself)
{
    auto host = healthy_node();
    host.with_program("qemu-kvm-one");
    EXPECT_TRUE(look(host).empty());
}

}  // namespace
}  // namespace onenode::checks
