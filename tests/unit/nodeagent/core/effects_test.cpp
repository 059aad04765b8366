// Who is told of which file; what is not told is never forgotten.
#include "nodeagent/core/effects.hpp"
#include "tests/unit/nodeagent/core/laws.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode {
namespace {

FakeHost debian()
{
    FakeHost host;
    host.with_file("/etc/os-release", "ID=debian\n").with_directory("/run/systemd/system");
    host.answering({"sshd", "-t"}, CommandOutput{})
        .answering({"systemctl"}, CommandOutput{})
        .answering({"sysctl"}, CommandOutput{});
    return host;
}

std::vector<std::string> told(const Effects& effects)
{
    std::vector<std::string> lines;
    for (const auto& effect : effects)
        lines.push_back(to_shell(effect.commands));
    return lines;
}

using Lines = std::vector<std::string>;

TEST(Effects, OfSshdComeOnlyOnceItFoundItsFilesRight)
{
    const Changes changes{WriteFile{.path = "/etc/ssh/sshd_config.d/a.conf"},
                          WriteFile{.path = "/etc/ssh/sshd_config.d/b.conf"}};
    EXPECT_EQ(told(to_take_effect(debian(), changes)), Lines{"sshd -t && systemctl try-reload-or-restart ssh.service"});
    auto redhat = debian();
    redhat.with_file("/etc/os-release", "ID=rocky\nID_LIKE=\"rhel\"\n");
    EXPECT_EQ(told(to_take_effect(redhat, changes)), Lines{"sshd -t && systemctl try-reload-or-restart sshd.service"});
}

TEST(Effects, OfSshdWithoutSystemdAreASignalToItAndToNobodyElse)
{
    auto host = debian();
    host.without("/run/systemd").with_file("/run/sshd.pid", "31\n");
    const Changes changes{WriteFile{.path = "/etc/ssh/sshd_config.d/a.conf"}};
    EXPECT_EQ(told(to_take_effect(host, changes)), Lines{});
    host.with_process({.pid = 31, .argv = {"/usr/bin/vi"}});
    EXPECT_EQ(told(to_take_effect(host, changes)), Lines{}) << "that number is somebody else's by now";
    host.machine().processes = {{.pid = 31, .argv = {"sshd: /usr/sbin/sshd [listener]"}}};
    EXPECT_EQ(told(to_take_effect(host, changes)), Lines{"sshd -t && kill -HUP 31"});
}

TEST(Effects, ReachKernelAndServices)
{
    EXPECT_EQ(
        told(to_take_effect(debian(), {WriteFile{.path = "/etc/sysctl.d/zz.conf"},
                                       WriteFile{.path = "/etc/modules-load.d/x.conf", .text = "# y\nloop\n\nnbd\n"},
                                       MakeLink{.path = "/etc/systemd/system/a.target.wants/b.service"},
                                       WriteFile{.path = "/etc/systemd/system/c.service.d/d.conf"},
                                       WriteFile{.path = "/etc/hosts"}})),
        (Lines{"systemctl daemon-reload", "sysctl --load=/etc/sysctl.d/zz.conf", "modprobe loop", "modprobe nbd",
               "systemctl start b.service", "systemctl try-restart c.service"}));
}

TEST(Effects, OfAnUndoStartNothing)
{
    EXPECT_EQ(told(to_lose_effect(debian(), {"/etc/sysctl.d/zz.conf", "/etc/modules-load.d/x.conf", "/etc/hosts",
                                             "/etc/systemd/system/a.target.wants/b.service"})),
              Lines{"systemctl daemon-reload"});
}

TEST(Effects, OfAnUndoReachLibvirtOnlyWhereNoGuestHangsOnIt)
{
    auto host = debian();
    EXPECT_EQ(told(to_lose_effect(host, {"/etc/libvirt/qemu.conf"})), Lines{"systemctl try-restart libvirtd.service"});
    auto blind = host;
    blind.with_processes_hidden();
    EXPECT_EQ(told(to_lose_effect(blind, {"/etc/libvirt/qemu.conf"})), Lines{});
    host.with_process({.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=web"}});
    EXPECT_EQ(told(to_lose_effect(host, {"/etc/libvirt/qemu.conf"})), Lines{});
}

constexpr std::string_view path = "/etc/ssh/sshd_config.d/x.conf";
constexpr std::array reads{path};

Changes plan(const Facts& facts, const DesiredState&)
{
    if (facts.file(path) != nullptr) return {};
    return {WriteFile{.path = std::string{path}, .text = "x = 1\n", .why = "it shall be one"}};
}

constexpr Step step{"x", "x is one", reads, plan};

class Telling : public testing::Test {
protected:
    [[nodiscard]] long reloads() const
    {
        return std::ranges::count(host.touched(), "run systemctl try-reload-or-restart ssh.service");
    }

    const World world{.steps = {&step}};
    FakeHost host = debian().with_directory("/etc/ssh/sshd_config.d");
};

TEST_F(Telling, IsMadeUpForByTheNextApplyThoughItHasNothingToChange)
{
    host.answering({"systemctl"}, CommandOutput{.exit_code = 1, .err = "no bus\nmore\n"});
    const auto applied = apply_all(world, host);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().reason, "systemctl try-reload-or-restart ssh.service: no bus");
    EXPECT_EQ(applied.error().next, "systemctl try-reload-or-restart ssh.service");
    host.answering({"systemctl"}, CommandOutput{});
    ASSERT_TRUE(apply_all(world, host));
    EXPECT_EQ(reloads(), 2);
    ASSERT_TRUE(apply_all(world, host));
    EXPECT_EQ(reloads(), 2) << "once is enough";
}

TEST_F(Telling, StopsBeforeTheReloadOfWhatSshdRefuses)
{
    host.answering({"sshd", "-t"}, CommandOutput{.exit_code = 255, .err = "line 1: bad\n"});
    const auto applied = apply_all(world, host);
    ASSERT_FALSE(applied);
    EXPECT_EQ(applied.error().next, "sshd -t && systemctl try-reload-or-restart ssh.service");
    EXPECT_EQ(reloads(), 0);
}

TEST_F(Telling, ComesAfterAnUndoTooAlsoWhereThatWasKilledBeforeIt)
{
    ASSERT_TRUE(apply_all(world, host));
    host.recover();
    auto straight = host;
    ASSERT_TRUE(undo_all(straight));
    for (std::size_t change = 1; change <= straight.changes(); ++change) {
        auto killed = host;
        killed.die_after(change);
        EXPECT_THROW((void)undo_all(killed), Died);
        killed.recover();
        ASSERT_TRUE(undo_all(killed));
        EXPECT_GE(std::ranges::count(killed.touched(), "run systemctl try-reload-or-restart ssh.service"), 2) << change;
        EXPECT_FALSE(killed.stat(state_directory));
    }
}

TEST_F(Telling, ThatFailsAfterAnUndoIsSaid)
{
    ASSERT_TRUE(apply_all(world, host));
    host.answering({"systemctl"}, CommandOutput{.exit_code = 1});
    const auto undone = undo_all(host);
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->untold.why, "systemctl try-reload-or-restart ssh.service: it ended with 1");
    EXPECT_FALSE(host.stat(state_directory)) << "nothing of ours stays for that";
}

constexpr std::string_view socket_at_boot = "/etc/systemd/system/sockets.target.wants/libvirtd.socket";
constexpr std::string_view libvirt_settings = "/etc/libvirt/qemu.conf";
constexpr std::array libvirt_reads{socket_at_boot, libvirt_settings};

Changes plan_libvirt(const Facts& facts, const DesiredState&)
{
    if (facts.file(libvirt_settings) != nullptr) return {};
    return {WriteFile{.path = std::string{libvirt_settings}, .text = "user = 1\n", .why = "it shall be one"},
            MakeLink{.path = std::string{socket_at_boot}, .target = "/lib/systemd/system/libvirtd.socket"}};
}

constexpr Step libvirt_step{"x", "x is one", libvirt_reads, plan_libvirt};

std::vector<std::string> names_of(const std::vector<Kept>& kept)
{
    std::vector<std::string> names;
    for (const auto& one : kept)
        names.push_back(one.thing);
    return names;
}

TEST(Undo, NamesWhatGoesOnAsTheJoinHadIt)
{
    const World world{.steps = {&libvirt_step}};
    auto host = debian().with_directory("/etc/libvirt").with_directory("/etc/systemd/system/sockets.target.wants");
    ASSERT_TRUE(apply_all(world, host));
    auto stopped = host;
    stopped.answering({"systemctl", "is-active"}, CommandOutput{.exit_code = 3});
    EXPECT_EQ(undo_all(stopped)->running, std::vector<Kept>{});

    auto with_guest = host;
    with_guest.with_process({.pid = 7, .argv = {"/usr/bin/qemu-system-x86_64", "-name", "guest=web"}});
    EXPECT_EQ(names_of(undo_all(with_guest)->running), (Lines{"libvirtd.service", "libvirtd.socket"}));

    const auto undone = undo_all(host);
    EXPECT_EQ(names_of(undone->running), Lines{"libvirtd.socket"}) << "libvirt was restarted";
    EXPECT_EQ(undone->kept, std::vector<Kept>{});
}

}  // namespace
}  // namespace onenode
