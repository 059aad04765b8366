// Facts: what is gathered, from whom, and that nothing is asked without an end.
#include "nodeagent/core/facts.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* capabilities = "<capabilities><host><uuid>u-1</uuid></host><guest><arch name='x86_64'><domain "
                                     "type='kvm'/></arch></guest></capabilities>";

constexpr const char* host_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMw3x6OAbGcywwzI/RANnu+tTA+4sMWwfg43x8MyUJbw root@node1";

FakeHost machine()
{
    FakeHost host;
    host.with_host_name("node1")
        .with_address("10.0.0.11")
        .with_file("/etc/machine-id", "abc\n")
        .with_file("/etc/os-release", "NAME=x\nID=debian\nVERSION_ID=\"12\"\nVERSION=y\n")
        .with_file("/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n")
        .with_file("/etc/ssh/ssh_host_ed25519_key.pub", std::string{host_key} + "\n")
        .with_file("/etc/ssh/ssh_host_ed25519_key", "secret")
        .answering({"uname", "-m"}, CommandOutput{.out = "x86_64\n"})
        .answering({"sshd", "-T"}, CommandOutput{.out = "addressfamily any\nport 2222\n"});
    return host;
}

TEST(Facts, SayWhoThisMachineIs)
{
    const auto facts = gather_facts(machine(), std::vector<std::string>{});
    EXPECT_EQ(facts.identity.host_name, "node1");
    EXPECT_EQ(facts.identity.machine_id, "abc");
    EXPECT_EQ(facts.identity.os, "debian 12");
    EXPECT_EQ(facts.identity.kernel, "6.1.0-18-amd64");
    EXPECT_EQ(facts.identity.architecture, "x86_64");
    EXPECT_EQ(facts.identity.addresses, std::vector<std::string>{"10.0.0.11"});
    EXPECT_EQ(facts.identity.ssh_host_keys, std::vector<std::string>{host_key});
    EXPECT_EQ(facts.identity.ssh_port, 2222);
    EXPECT_FALSE(facts.identity.agent_version.empty());
    EXPECT_FALSE(facts.systemd);
}

TEST(Facts, HoldNoHostKeyThatTheFrontEndCouldNotPin)
{
    auto host = machine();
    host.with_file("/etc/ssh/ssh_host_dsa_key.pub", "ssh-dss AAAAB3NzaC1kc3M= root@node1\n")
        .with_file("/etc/ssh/ssh_host_rsa_key.pub", "");
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).identity.ssh_host_keys,
              std::vector<std::string>{host_key});
}

TEST(Facts, AreGatheredFromAMachineThatHasNothing)
{
    const auto facts = gather_facts(FakeHost{}, {"/etc/none"}, {"nobody"});
    EXPECT_EQ(facts.files.size(), 0U);
    EXPECT_EQ(facts.resolved.size(), 0U);
    EXPECT_EQ(facts.users.size(), 0U);
    EXPECT_EQ(facts.identity.ssh_port, 22);
    EXPECT_EQ(facts.libvirt.problem, "no libvirt daemon listens under /run/libvirt");
    EXPECT_EQ(facts.kvm_problem, "/dev/kvm does not exist");
    EXPECT_FALSE(facts.identity.kvm_usable);
}

TEST(Facts, AskADeadNameServerOnceOnly)
{
    auto host = machine();
    host.with_dead_name_server();
    const auto facts = gather_facts(host, {}, {"node1", "node2", "node3"});
    EXPECT_EQ(facts.unanswered, (std::set<std::string>{"node1", "node2", "node3"}));
    EXPECT_EQ(host.names_asked(), 1U);
}

TEST(Facts, TellAnUnknownNameFromNoAnswer)
{
    auto host = machine();
    host.with_name("node1", {"10.0.0.11"});
    const auto facts = gather_facts(host, {}, {"node1", "node2"});
    EXPECT_TRUE(facts.resolved.contains("node1"));
    EXPECT_FALSE(facts.resolved.contains("node2"));
    EXPECT_TRUE(facts.unanswered.empty());
}

TEST(Facts, HoldFilesWithTheNamesOfTheirOwners)
{
    auto host = machine();
    host.with_user({.name = "oneadmin", .uid = 9869, .gid = 9869})
        .with_file("/etc/x", "text", 0640, 9869, 4242)
        .with_link("/etc/l", "/etc/x")
        .with_directory("/var/lib/d", 0750, 9869, 9869);
    const auto facts = gather_facts(host, {"/etc/x", "/etc/l", "/var/lib/d", "/etc/none"});
    EXPECT_EQ(facts.text("/etc/x"), "text");
    EXPECT_EQ(facts.file("/etc/x")->owner, "oneadmin");
    EXPECT_EQ(facts.file("/etc/x")->group, "4242");
    EXPECT_EQ(facts.file("/etc/l")->info.kind, FileKind::symlink);
    EXPECT_EQ(facts.file("/var/lib/d")->info.mode, 0750U);
    EXPECT_EQ(facts.file("/etc/none"), nullptr);
    EXPECT_EQ(facts.text("/etc/none"), "");
}

TEST(Facts, NameWhoHasOneadminsIdsAlready)
{
    auto host = machine();
    host.with_user({.name = "backup", .uid = 9869, .gid = 34})
        .with_group({.name = "tape", .gid = 9869})
        .with_group({.name = "kvm", .gid = 106});
    const auto facts = gather_facts(host, std::vector<std::string>{});
    EXPECT_EQ(facts.user("backup")->uid, 9869U);
    EXPECT_EQ(facts.user("oneadmin"), nullptr);
    EXPECT_EQ(facts.group("tape")->gid, 9869U);
    EXPECT_EQ(facts.group("kvm")->gid, 106U);
}

TEST(Facts, AskTheHelperAboutLibvirtAndKvm)
{
    auto host = machine();
    host.with_program("virsh")
        .with_program("onenode-probe")
        .with_group({.name = "virt", .gid = 300})
        .with_socket("/run/libvirt/virtqemud-sock", 0660, 0, 300)
        .answering(
            {"/usr/bin/onenode-probe", "libvirt"},
            CommandOutput{.out = R"({"problem":"","uuid":"u-2","domain_types":["kvm","qemu"],"domains":["one-1"]})"})
        .answering({"/usr/bin/onenode-probe", "kvm"}, CommandOutput{.out = R"({"problem":""})"});
    const auto facts = gather_facts(host, std::vector<std::string>{});
    EXPECT_EQ(facts.libvirt, (LibvirtFact{.installed = true,
                                          .modular = true,
                                          .socket = "/run/libvirt/virtqemud-sock",
                                          .socket_gid = 300,
                                          .socket_mode = 0660,
                                          .uuid = "u-2",
                                          .domain_types = {"kvm", "qemu"},
                                          .domains = {"one-1"}}));
    EXPECT_EQ(facts.identity.libvirt_uuid, "u-2");
    EXPECT_TRUE(facts.identity.kvm_usable);
    EXPECT_EQ(facts.group("virt")->gid, 300U) << "the group that may use the socket";
    for (const auto& command : host.looked())
        EXPECT_LE(command.limit, std::chrono::seconds{10}) << command.argv.front();
}

TEST(Facts, TellWhatNoOtherMachineMayHave)
{
    auto host = machine();
    host.with_file("/etc/iscsi/initiatorname.iscsi",
                   "## If you change it\nInitiatorName=iqn.1993-08.org.debian:01:8f2\n")
        .with_file("/sys/class/net/eth1/address", "52:54:00:0a:0b:0d\n")
        .with_directory("/sys/class/net/eth1/device")
        .with_file("/sys/class/net/eth0/address", "52:54:00:0a:0b:0c\n")
        .with_directory("/sys/class/net/eth0/device")
        .with_file("/sys/class/net/eth2/address", "52:54:00:0a:0b:0c\n")  // of the same bond
        .with_directory("/sys/class/net/eth2/device")
        .with_file("/sys/class/net/eth0v1/address", "52:54:00:0a:0b:0e\n")
        .with_directory("/sys/class/net/eth0v1/device/physfn")
        .with_file("/sys/class/net/ib0/address", "80:00:02:08:fe:80:00:00:00:00:00:00:f4:52:14:03:00:0b:c0:01\n")
        .with_directory("/sys/class/net/ib0/device")
        .with_file("/sys/class/net/onebr1/address", "02:00:00:00:00:01\n");
    const auto identity = gather_facts(host, std::vector<std::string>{}).identity;
    EXPECT_EQ(identity.iscsi_initiator, "iqn.1993-08.org.debian:01:8f2");
    EXPECT_EQ(identity.macs, (std::vector<std::string>{"52:54:00:0a:0b:0c", "52:54:00:0a:0b:0d"}));
}

TEST(Facts, TakeTheBoardsUuidWhereLibvirtDoesNotAnswer)
{
    auto host = machine();
    host.with_file("/sys/class/dmi/id/product_uuid", "4C4C4544-0043-3510-8052-B4C04F4D3732\n");
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).identity.libvirt_uuid,
              "4c4c4544-0043-3510-8052-b4c04f4d3732");
    host.with_file("/sys/class/dmi/id/product_uuid", "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF\n");
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).identity.libvirt_uuid, "")
        << "libvirt takes none of these";
}

TEST(Facts, PreferTheHelperThatStandsBesideThisProgram)
{
    auto host = machine();
    host.with_link("/proc/self/exe", "/opt/onenode/bin/onenode")
        .with_file("/opt/onenode/bin/onenode-probe", "", 0755)
        .answering({"/opt/onenode/bin/onenode-probe", "kvm"}, CommandOutput{.out = R"({"problem":"no module"})"});
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).kvm_problem, "no module");
}

TEST(Facts, FallBackToVirshWithoutTheHelper)
{
    auto host = machine();
    host.with_program("virsh")
        .with_socket("/run/libvirt/libvirt-sock", 0770, 0, 0)
        .answering({"virsh", "--connect", "qemu:///system", "capabilities"}, CommandOutput{.out = capabilities})
        .answering({"virsh", "--connect", "qemu:///system", "list", "--name"}, CommandOutput{.out = "one-7\n\n"});
    const auto libvirt = gather_facts(host, std::vector<std::string>{}).libvirt;
    EXPECT_EQ(libvirt.uuid, "u-1");
    EXPECT_EQ(libvirt.domain_types, std::vector<std::string>{"kvm"});
    EXPECT_EQ(libvirt.domains, std::vector<std::string>{"one-7"});
    EXPECT_EQ(libvirt.problem, "");
    EXPECT_FALSE(libvirt.modular);
}

TEST(Facts, KeepTheReasonWhenLibvirtDoesNotAnswer)
{
    auto host = machine();
    host.with_socket("/run/libvirt/libvirt-sock", 0770, 0, 0)
        .answering({"virsh"}, CommandOutput{.exit_code = 1, .err = "error: Failed to connect\nmore\n"});
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).libvirt.problem,
              "cannot reach libvirt: error: Failed to connect");
    host.with_program("onenode-probe").answering({"/usr/bin/onenode-probe"}, CommandOutput{.out = "garbage"});
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).libvirt.problem,
              "cannot ask /usr/bin/onenode-probe: its answer is no JSON");
    host.answering({"/usr/bin/onenode-probe"},
                   Error{.kind = ErrorKind::timeout, .thing = "onenode-probe", .reason = "too slow", .doing = "run"});
    EXPECT_EQ(gather_facts(host, std::vector<std::string>{}).libvirt.problem, "cannot run onenode-probe: too slow");
}

TEST(Facts, HoldTheNamesThatTheResolverKnows)
{
    auto host = machine();
    host.with_name("node2", {"10.0.0.12"});
    const auto facts = gather_facts(host, std::vector<std::string>{}, {"node2", "node3"});
    EXPECT_EQ(facts.resolved, (std::map<std::string, std::vector<std::string>>{{"node2", {"10.0.0.12"}}}));
}

}  // namespace
}  // namespace onenode
