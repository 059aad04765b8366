// Guests are found by their processes, so that a libvirt that hangs hides none.
#include "nodeagent/core/facts.hpp"
#include "nodeagent/core/guests.hpp"
#include "nodeagent/core/risks.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gmock/gmock.h>

namespace onenode {
namespace {

using testing::ElementsAre;

FakeHost with_guests()
{
    FakeHost host;
    host.with_process({.pid = 1, .argv = {"/sbin/init"}})
        .with_process(
            {.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=one-12,debug-threads=on", "-S"}})
        .with_process({.pid = 8, .argv = {"/usr/libexec/qemu-kvm", "-name", "web"}})
        .with_process({.pid = 9, .argv = {"[lxc monitor] /var/lib/lxc one-3"}})
        .with_process({.pid = 10, .argv = {"/usr/bin/qemu-system-x86_64", "-S", "-nodefaults", "-machine", "none"}})
        .with_process({.pid = 11, .argv = {"vi", "-name", "guest=one-99"}})
        .with_process({.pid = 12, .argv = {}})
        .with_process({.pid = 13, .uid = 1000, .argv = {"virsh", "dominfo", "one-98"}});
    return host;
}

TEST(Guests, AreThoseWhoseEmulatorOrMonitorRuns)
{
    EXPECT_THAT(all_guests(with_guests()).value(), ElementsAre("web", "one-3", "one-12"));
    EXPECT_THAT(guests_of_qemu(with_guests()).value(), ElementsAre("web", "one-12"));
    EXPECT_THAT(guests_of_opennebula(with_guests()).value(), ElementsAre("one-3", "one-12"));
}

TEST(Guests, AreUnknownWhereTheProcessesCannotBeListed)
{
    auto host = with_guests();
    host.with_processes_hidden();
    for (const auto& guests : {all_guests(host), guests_of_qemu(host), guests_of_opennebula(host)}) {
        ASSERT_FALSE(guests);
        EXPECT_EQ(one::to_line(guests.error()), "cannot look for guests in /proc: Permission denied");
    }
    EXPECT_FALSE(may_restart_libvirt(gather_facts(host, std::vector<std::string>{})));
}

TEST(Guests, AreOpenNebulasByTheWholeName)
{
    EXPECT_TRUE(is_of_opennebula("one-12"));
    for (const auto* name : {"one-", "one-12a", "one", "web", "my-one-12", ""})
        EXPECT_FALSE(is_of_opennebula(name)) << name;
}

TEST(Guests, KeepLibvirtFromARestartAlsoWhereItDoesNotAnswer)
{
    const auto facts = gather_facts(with_guests(), std::vector<std::string>{});
    ASSERT_FALSE(facts.libvirt.problem.empty());
    EXPECT_FALSE(may_restart_libvirt(facts));
    EXPECT_TRUE(may_restart_libvirt(with_risks(facts, {"restart-libvirt"})));
}

}  // namespace
}  // namespace onenode
