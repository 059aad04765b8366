// What the programs of a healthy node answer, taken from a real Debian 12.
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace onenode {

void PrintTo(const Finding& finding, std::ostream* out)
{
    *out << "[" << to_string(finding.severity) << " " << finding.object << "] " << finding.message
         << "\n fix: " << finding.fix;
}

namespace checks {
namespace {

const std::vector<std::pair<std::string, std::string>> sshd_lines{
    {"port", "22"},
    {"usepam", "yes"},
    {"strictmodes", "yes"},
    {"pubkeyauthentication", "yes"},
    {"authenticationmethods", "any"},
    {"authorizedkeysfile", ".ssh/authorized_keys .ssh/authorized_keys2"},
    {"forcecommand", "none"},
    {"chrootdirectory", "none"},
    {"allowagentforwarding", "yes"},
    {"disableforwarding", "no"},
    {"maxstartups", "10:30:100"},
    {"maxsessions", "10"},
    {"listenaddress", "[::]:22"},
    {"listenaddress", "0.0.0.0:22"},
    {"hostkey", "/etc/ssh/ssh_host_rsa_key"},
    {"hostkey", "/etc/ssh/ssh_host_ed25519_key"},
    {"pubkeyacceptedalgorithms", "ssh-ed25519,ecdsa-sha2-nistp256,rsa-sha2-512,rsa-sha2-256"},
    {"requiredrsasize", "1024"},
};

std::string text_of(const std::vector<std::pair<std::string, std::string>>& lines)
{
    std::string text;
    for (const auto& [keyword, value] : lines)
        if (!value.empty()) text += fmt::format("{} {}\n", keyword, value);
    return text;
}

User oneadmin()
{
    return {.name = "oneadmin",
            .uid = 9869,
            .gid = 9869,
            .home = "/var/lib/one",
            .shell = "/bin/bash",
            .groups = {9869, libvirt_gid},
            .password_field = "*"};
}

}  // namespace

CommandOutput said(std::string out)
{
    return {.exit_code = 0, .out = std::move(out), .err = {}};
}

CommandOutput failed(std::string err, int code)
{
    return {.exit_code = code, .out = {}, .err = std::move(err)};
}

FakeHost with_sshd(FakeHost host, const std::vector<std::pair<std::string, std::string>>& lines)
{
    auto all = sshd_lines;
    for (const auto& [keyword, value] : lines)
        std::erase_if(all, [&name = keyword](const auto& line) { return line.first == name; });
    all.insert(all.end(), lines.begin(), lines.end());
    host.answering({"sshd", "-T"}, said(text_of(all)));
    return host;
}

FakeHost healthy_node()
{
    FakeHost host;
    host.with_file("/etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12\"\nID=debian\nVERSION_ID=\"12\"\n")
        .with_file("/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n")
        .with_file("/etc/sudoers", "Defaults env_reset\n@includedir /etc/sudoers.d\n", 0440)
        .with_file("/etc/shadow", "root:*:19000:0:99999:7:::\noneadmin:!:19000::::::\n", 0640)
        .with_group({.name = "libvirt", .gid = libvirt_gid})
        .with_group({.name = "kvm", .gid = kvm_gid})
        .with_user(oneadmin())
        .with_directory("/var/lib/one", 0750, 9869, 9869)
        .with_directory("/var/lib/one/.ssh", 0700, 9869, 9869)
        .with_file("/var/lib/one/.ssh/authorized_keys", "ssh-ed25519 AAAA one\n", 0600, 9869, 9869)
        .with_directory("/var/lib/one/datastores", 0750, 9869, 9869)
        .with_directory("/var/tmp/one", 0755, 9869, 9869)
        .with_directory("/var/tmp/one/im/kvm.d", 0755, 9869, 9869)
        .with_directory("/var/tmp/one/im/lxc.d", 0755, 9869, 9869)
        .with_directory("/usr/share/one/gems-dist")
        .with_link("/usr/bin/qemu-kvm-one", "/usr/bin/qemu-system-x86_64")
        .with_program("onenode-probe", "/usr/lib/onenode")
        .with_file("/etc/ssh/ssh_host_ed25519_key", "key", 0600)
        .with_file("/etc/libvirt/qemu.conf",
                   "#user = \"root\"\nuser = \"oneadmin\"\ngroup = \"oneadmin\"\ndynamic_ownership = 0\n")
        .with_file("/dev/kvm", "", 0660, 0, kvm_gid)
        .with_file("/etc/machine-id", "0f7c1f5b2e5d4a9c8e4b1d2c3a4b5c6d\n")
        .with_file("/etc/subuid", "root:600100001:65536\n")
        .with_file("/etc/subgid", "root:600100001:65536\n")
        .with_file("/sys/module/nbd/parameters/nbds_max", "256\n")
        .with_file("/dev/loop-control", "", 0660)
        .with_directory("/lib/modules/6.1.0-18-amd64");
    for (const auto* name : {"bash",
                             "awk",
                             "grep",
                             "sed",
                             "find",
                             "df",
                             "ps",
                             "vmstat",
                             "lscpu",
                             "mount",
                             "findmnt",
                             "lspci",
                             "uuidgen",
                             "ip",
                             "xmllint",
                             "virsh",
                             "rsync",
                             "ruby",
                             "qemu-system-x86_64",
                             "tee",
                             "qemu-img",
                             "tar",
                             "ssh",
                             "scp",
                             "jq",
                             "flock",
                             "timeout",
                             "base64",
                             "lxc-start",
                             "bindfs",
                             "qemu-nbd",
                             "lsblk"})
        host.with_program(name);
    host.with_program("bash", "/bin");
    for (const auto* name : {"sshd", "libvirtd", "ip", "nft", "ipset", "iptables", "losetup", "e2fsck", "resize2fs"})
        host.with_program(name, "/usr/sbin");
    host.with_file("/usr/bin/sudo", "ELF", 04755);

    host.answering({probe, "ssh"}, said(R"({"banner":"SSH-2.0-OpenSSH_9.2","problem":"","refused":false})"))
        .answering({probe, "rehearse", "oneadmin"}, said("onenode-probe:host/system 0 1 cpu.sh \nonenode-probe:done\n"))
        .answering({probe, "tcp"}, said(R"({"problem":"","refused":false})"))
        .answering({probe, "clock"}, said(R"({"synchronised":true,"problem":""})"))
        .answering(
            {probe, "libvirt", "--user", "oneadmin"},
            said(
                R"({"problem":"","read_write":{"reachable":true,"problem":""},"read_only":{"reachable":true,"problem":""}})"))
        .answering({"visudo", "-c"}, said("/etc/sudoers: parsed OK\n/etc/sudoers.d/opennebula: parsed OK\n"))
        .answering({"sudo", "-n"}, said("/usr/sbin/ip link show lo\n"))
        .answering({"ruby", "-e"}, said(""))
        .answering({"lsattr"}, said("--------------e------- /etc/hosts\n--------------e------- /etc/sudoers.d\n"))
        .answering({"bash", "-c"}, said(""))
        .answering({"bash", "--norc", "-c"}, said("0022\n"))
        .answering({"test", "-r"}, said(""));
    return with_sshd(std::move(host), {});
}

Facts healthy_facts()
{
    return {
        .identity = {.host_name = "node1",
                     .os = "debian 12",
                     .kernel = "6.1.0-18-amd64",
                     .architecture = "x86_64",
                     .addresses = {"10.0.0.11"},
                     .kvm_usable = true},
        .users = {{"oneadmin", oneadmin()}},
        .groups = {{"oneadmin", {.name = "oneadmin", .gid = 9869}},
                   {"libvirt", {.name = "libvirt", .gid = libvirt_gid}}},
        .libvirt = {.installed = true,
                    .socket = "/run/libvirt/libvirt-sock",
                    .socket_gid = libvirt_gid,
                    .socket_mode = 0770,
                    .uuid = "some",
                    .domain_types = {"qemu", "kvm"}},
        .systemd = true,
    };
}

void change_oneadmin(Facts& facts, FakeHost& host, const std::function<void(User&)>& change)
{
    change(facts.users.at("oneadmin"));
    change(host.machine().users.at("oneadmin"));
}

Finding only(const Findings& findings)
{
    EXPECT_EQ(findings.size(), 1U);
    return findings.empty() ? Finding{} : findings.front();
}

bool holds(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

}  // namespace checks
}  // namespace onenode
