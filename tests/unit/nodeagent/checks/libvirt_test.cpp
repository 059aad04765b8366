// libvirt-absent, -daemon-mode, -stale-socket, -down, -socket, -readonly-socket, capabilities-empty
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

class Libvirt : public testing::Test {
protected:
    Findings look(const Check& check, const std::string& type = "kvm")
    {
        return check.run(facts, host, {.type = type});
    }
    void access(std::string read_write, std::string read_only)
    {
        host.answering({probe, "libvirt", "--user", "oneadmin"},
                       said(R"({"problem":"","read_write":{"problem":")" + read_write +
                            R"("},"read_only":{"problem":")" + read_only + R"("}})"));
    }
    void use_redhat(std::initializer_list<const char*> daemons)
    {
        host.with_file("/etc/os-release", "ID=rhel\n").without("/usr/sbin/libvirtd");
        for (const auto* daemon : daemons)
            host.with_program(daemon, "/usr/sbin");
    }

    FakeHost host = healthy_node();
    Facts facts = healthy_facts();
};

TEST_F(Libvirt, ThatIsAbsentIsInstalledWithQemuAndTheRestWaits)
{
    host.without("/usr/sbin/libvirtd");
    facts.libvirt = {.problem = "no libvirt daemon listens under /run/libvirt"};
    EXPECT_EQ(only(look(libvirt_absent)).fix,
              "apt install libvirt-daemon-system libvirt-clients qemu-system-x86 qemu-utils");
    for (const auto* check : {&libvirt_down, &capabilities_empty, &libvirt_socket, &libvirt_readonly_socket})
        EXPECT_EQ(only(look(*check)).severity, Severity::not_checked) << check->id;
    facts.identity.architecture = "aarch64";
    EXPECT_TRUE(holds(only(look(libvirt_absent)).fix, "qemu-system-arm"));
}

TEST_F(Libvirt, ThatDoesNotListenIsStartedByItsSockets)
{
    facts.libvirt.problem = "no libvirt daemon listens under /run/libvirt";
    EXPECT_EQ(only(look(libvirt_down)).fix, "systemctl enable --now libvirtd.socket libvirtd-ro.socket");
}

TEST_F(Libvirt, ThatIsMaskedIsUnmaskedFirst)
{
    facts.libvirt.problem = "Connection refused";
    host.with_link("/etc/systemd/system/libvirtd.socket", "/dev/null");
    EXPECT_EQ(only(look(libvirt_down)).fix,
              "systemctl unmask libvirtd.service libvirtd-admin.socket libvirtd.socket libvirtd-ro.socket && "
              "systemctl enable --now libvirtd.socket libvirtd-ro.socket");
}

TEST_F(Libvirt, ThatRunsAndDoesNotAnswerIsNotRestartedButLookedInto)
{
    facts.libvirt.problem = "libvirt did not answer within 3 s";
    host.with_process({.pid = 5, .uid = 0, .argv = {"/usr/sbin/libvirtd", "--timeout", "120"}});
    const auto finding = only(look(libvirt_down));
    EXPECT_EQ(finding.message, "libvirt does not answer: libvirt did not answer within 3 s");
    EXPECT_TRUE(finding.fix.starts_with("journalctl -u libvirtd -n 50"));
}

TEST_F(Libvirt, OfRedHatIsTheModularOneAlsoBesideTheOther)
{
    use_redhat({"libvirtd", "virtqemud"});
    facts.libvirt.problem = "Connection refused";
    EXPECT_EQ(only(look(libvirt_down)).fix, "systemctl enable --now virtqemud.socket virtqemud-ro.socket");
}

TEST_F(Libvirt, InBothFormsAtOnceIsAnError)
{
    host.with_program("virtqemud", "/usr/sbin")
        .with_process({.pid = 5, .uid = 0, .argv = {"/usr/sbin/libvirtd"}})
        .with_process({.pid = 6, .uid = 0, .argv = {"/usr/sbin/virtqemud"}});
    EXPECT_TRUE(holds(only(look(libvirt_daemon_mode)).fix, "systemctl mask --now virtqemud.service"));
}

TEST_F(Libvirt, BehindADeadSocketIsNotCalledDown)
{
    facts.libvirt.problem = "Failed to connect socket to '/run/libvirt/virtqemud-sock': Connection refused";
    host.with_socket("/run/libvirt/virtqemud-sock", 0666, 0, 0).with_socket("/run/libvirt/libvirt-sock", 0666, 0, 0);
    EXPECT_TRUE(holds(only(look(libvirt_stale_socket)).fix, "rm /run/libvirt/virtqemud-sock"));
    EXPECT_EQ(only(look(libvirt_down)).severity, Severity::not_checked);
}

TEST_F(Libvirt, ThatRefusesOneadminTellsWhoMayUseItsSocket)
{
    access("Failed to connect socket to '/run/libvirt/libvirt-sock': Permission denied", "");
    const auto finding = only(look(libvirt_socket));
    EXPECT_TRUE(holds(finding.message, "/run/libvirt/libvirt-sock is group libvirt, mode 0770"));
    EXPECT_EQ(finding.fix, "usermod --append --groups libvirt oneadmin");
}

TEST_F(Libvirt, WithoutItsReadOnlySocketFailsTheProbes)
{
    access("", "Failed to connect socket to '/run/libvirt/libvirt-sock-ro': No such file or directory");
    EXPECT_TRUE(look(libvirt_socket).empty());
    EXPECT_EQ(only(look(libvirt_readonly_socket)).fix, "systemctl enable --now libvirtd-ro.socket");
}

TEST_F(Libvirt, WhoseHelperFailsIsNotChecked)
{
    host.answering({probe, "libvirt"}, failed("cannot become user oneadmin: there is no such user", 2));
    host.answering({probe, "libvirt", "--user", "oneadmin"},
                   failed("cannot become user oneadmin: there is no such user", 2));
    EXPECT_EQ(only(look(libvirt_socket)).severity, Severity::not_checked);
    EXPECT_TRUE(holds(only(look(libvirt_socket)).message, "there is no such user"));
}

TEST_F(Libvirt, ThatKnowsNoGuestOfTheWantedKindIsAnError)
{
    facts.libvirt.domain_types = {"qemu"};
    EXPECT_EQ(only(look(capabilities_empty)).message, "libvirt knows qemu for x86_64 guests, and no kvm");
    EXPECT_TRUE(look(capabilities_empty, "qemu").empty());
}

TEST_F(Libvirt, KnowsNoKvmWhereThereIsNone)
{
    facts.libvirt.domain_types = {"qemu"};
    facts.kvm_problem = "/dev/kvm does not exist";
    EXPECT_EQ(only(look(capabilities_empty)).message, "see kvm-usable");
}

TEST_F(Libvirt, KnowsNoGuestsOnAFullDiskBecauseQemuCannotBeAsked)
{
    facts.libvirt.domain_types.clear();
    host.with_file_system("/var", {.type = "ext4", .free_bytes = 0, .free_inodes = 100'000});
    EXPECT_EQ(only(look(capabilities_empty)).severity, Severity::not_checked);
}

TEST_F(Libvirt, KnowsNoGuestsWithoutQemu)
{
    facts.libvirt.domain_types.clear();
    host.without("/usr/bin/qemu-system-x86_64");
    EXPECT_EQ(only(look(capabilities_empty)).severity, Severity::not_checked);
}

}  // namespace
}  // namespace onenode::checks
