// root, reboot-pending, clock-unsynchronised
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(Root, IsNeeded)
{
    auto host = healthy_node();
    EXPECT_TRUE(holds(only(look(root, host.as_user(1000))).message, "uid 1000"));
}

TEST(RebootPending, IsAWarningWhenTheRunningKernelLostItsModules)
{
    auto host = healthy_node();
    host.without("/lib/modules/6.1.0-18-amd64").with_directory("/lib/modules/6.1.0-20-amd64");
    const auto finding = only(look(reboot_pending, host));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_TRUE(holds(finding.message, "6.1.0-20-amd64"));
}

TEST(RebootPending, IsNotSaidOfAKernelWithoutModules)
{
    auto host = healthy_node();
    host.without("/lib/modules");
    EXPECT_TRUE(look(reboot_pending, host).empty());
}

TEST(ClockUnsynchronised, OffersTheTimeServiceThatIsInstalled)
{
    auto host = healthy_node();
    host.answering({probe, "clock"}, said(R"({"synchronised":false,"problem":"nothing keeps the clock right"})"));
    EXPECT_EQ(only(look(clock_unsynchronised, host)).fix, "apt install chrony");
    host.with_file("/usr/lib/systemd/system/systemd-timesyncd.service", "");
    EXPECT_EQ(only(look(clock_unsynchronised, host)).fix, "timedatectl set-ntp true");
    host.with_program("chronyd", "/usr/sbin");
    EXPECT_EQ(only(look(clock_unsynchronised, host)).fix, "systemctl enable --now chrony");
    EXPECT_EQ(only(look(clock_unsynchronised, host)).severity, Severity::warning);
}

TEST(ClockUnsynchronised, IsTheHostsMatterInAContainer)
{
    auto host = healthy_node();
    host.with_file("/run/systemd/container", "lxc")
        .answering({probe, "clock"}, said(R"({"problem":"nothing keeps the clock right"})"));
    EXPECT_EQ(only(look(clock_unsynchronised, host)).severity, Severity::ok);
}

}  // namespace
}  // namespace onenode::checks
