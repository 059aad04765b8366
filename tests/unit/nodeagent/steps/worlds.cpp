// Machines that joins meet, in memory.
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include "nodeagent/steps/sudo_rules.hpp"

namespace onenode {
namespace {

constexpr std::uint32_t id = 9869;

World world(std::string name, std::function<FakeHost()> machine, std::string type = "kvm")
{
    const auto all = steps::all();
    return {.name = std::move(name),
            .machine = std::move(machine),
            .steps = {all.begin(), all.end()},
            .desired = desired_state(std::move(type))};
}

World opened(std::string name, std::function<FakeHost()> machine)
{
    auto made = world(std::move(name), std::move(machine));
    made.accepted = {"firewall"};
    return made;
}

CommandOutput chain_that_drops(const std::string& family, const std::string& table, const std::string& name)
{
    return {.out = R"({"nftables":[{"chain":{"family":")" + family + R"(","table":")" + table + R"(","name":")" + name +
                   R"(","type":"filter","hook":"input","prio":0,"policy":"drop"}}]})"};
}

}  // namespace

DesiredState desired_state(std::string type)
{
    return {.version = "1",
            .node_name = "node1",
            .type = std::move(type),
            .opennebula = "7.4.0",
            .zone = "OpenNebula",
            .oneadmin_keys = {keys::one},
            .frontend_known_hosts = {"one.example.com,10.0.0.1 " + keys::host},
            .peers = {{.name = "node1", .address = "10.0.0.11"},
                      {.name = "node2", .address = "10.0.0.12"},
                      {.name = "node3", .address = "10.0.0.13"}},
            .monitor_address = "auto",
            .frontend_addresses = {"10.0.0.1"},
            .frontend_names = {"one.example.com"},
            .ssh_authorities = {keys::two},
            .ssh_host_certificates = {keys::certificate}};
}

FakeHost bare_debian()
{
    FakeHost host;
    host.with_file("/etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n")
        .with_file("/etc/hosts", "127.0.0.1\tlocalhost\n10.0.0.11 node1\n")
        .with_group({.name = "libvirt", .gid = 105})
        .with_group({.name = "kvm", .gid = 106})
        .with_socket("/run/libvirt/libvirt-sock", 0660, 0, 105)
        .with_socket("/dev/kvm", 0660, 0, 106)
        .with_directory("/run/systemd/system")
        .with_program("sudo")
        .with_program("virsh")
        .with_name("node3", {"10.0.0.13"})
        .answering({"visudo", "-cf"}, CommandOutput{})
        .answering({"uname", "-m"}, CommandOutput{.out = "x86_64\n"});
    return host;
}

FakeHost with_node_packages()
{
    auto host = bare_debian();
    host.with_user({.name = "oneadmin",
                    .uid = id,
                    .gid = id,
                    .home = "/var/lib/one",
                    .shell = "/bin/bash",
                    .groups = {105, 106}})
        .with_directory("/var/lib/one", 0750, id, id)
        .with_directory("/var/lib/one/.ssh", 0700, id, id)
        .with_file("/var/lib/one/.ssh/config", "Host *\n  StrictHostKeyChecking accept-new\n  ControlMaster no\n", 0600,
                   id, id)
        .with_directory("/run/one", 0750, id, id)
        .with_directory("/run/one/ssh-socks", 0700, id, id)
        .with_file("/usr/lib/tmpfiles.d/opennebula-common.conf", "d /run/one 0750 oneadmin oneadmin -\n")
        .with_file("/usr/lib/tmpfiles.d/opennebula-node.conf", "x /var/tmp/one/*\n")
        .with_file("/etc/sudoers.d/opennebula", "Cmnd_Alias ONE_NET = /usr/sbin/ip link *\n", 0440)
        .with_file("/etc/sudoers.d/opennebula-node-kvm", "oneadmin ALL=(ALL:ALL) NOPASSWD: ONE_NET\n", 0440);
    return host;
}

FakeHost with_packages_that_came_late()
{
    auto host = with_node_packages();
    host.with_file("/etc/sudoers.d/opennebula-onenode", steps::sudo_rules("kvm"), 0440);
    return host;
}

FakeHost used_by_people()
{
    auto host = bare_debian();
    host.with_file("/etc/hosts", "127.0.0.1 localhost\n10.0.0.11 node1", 0664)  // no newline at its end
        .with_user({.name = "oneadmin", .uid = id, .gid = id, .home = "/var/lib/one", .shell = "/usr/sbin/nologin"})
        .with_directory("/var/lib/one", 0777, id, id)
        .with_directory("/var/lib/one/.ssh", 0755, 0, 0)
        .with_directory("/var/lib/one/datastores", 0775, id, id)
        .with_file("/var/lib/one/datastores/keep", "a disk\n", 0644, id, id)
        .with_file("/var/lib/one/.ssh/authorized_keys", keys::hers, 0664, id, id)
        .with_file("/var/lib/one/.ssh/config", "ServerAliveInterval 10\nHost backup\n  Port 2222", 0644, id, id)
        .with_file("/etc/sudoers.d/opennebula-onenode", "oneadmin ALL=(ALL) ALL\n", 0400)
        .with_file("/etc/libvirt/qemu.conf", "# user = \"qemu\"\ngroup = \"oneadmin\"", 0600)
        .with_file("/sys/module/apparmor/parameters/enabled", "Y\n")
        .with_file("/etc/apparmor.d/abstractions/libvirt-qemu", "  /dev/kvm rw,\n")
        .with_program("qemu-system-x86_64")
        .with_link("/usr/bin/qemu-kvm-one", "/usr/bin/qemu-that-is-gone")
        .answering({"systemctl", "try-restart"}, CommandOutput{});
    return host;
}

FakeHost with_bytes_for_text()
{
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes += std::string(2, static_cast<char>(byte)) + "\r\n";
    auto host = used_by_people();
    host.with_file("/etc/hosts", bytes + "127.0.0.1 localhost\r")
        .with_file("/var/lib/one/.ssh/authorized_keys", bytes, 0600, id, id)
        .with_file("/var/lib/one/.ssh/config", std::string("\0\0\n", 3) + bytes, 0600, id, id)
        .with_file("/etc/sudoers.d/opennebula-onenode", bytes, 0440);
    return host;
}

FakeHost strict_about_logins()
{
    auto host = bare_debian();
    host.with_sshd("pubkeyauthentication no\nallowusers root\nallowgroups wheel\nauthorizedkeysfile /etc/ssh/keys/%u\n"
                   "allowagentforwarding no\nmaxsessions 2\n")
        .with_file("/etc/pam.d/sshd", "session optional pam_umask.so umask=077\n");
    return host;
}

FakeHost with_host_keys()
{
    auto host = bare_debian();
    host.with_sshd("pubkeyauthentication yes\nauthorizedkeysfile .ssh/authorized_keys\n")
        .with_file("/etc/ssh/ssh_host_ed25519_key.pub", keys::host + "\n");
    return host;
}

FakeHost bare_debian_for_lxc()
{
    auto host = bare_debian();
    host.without("/run/libvirt")
        .without("/dev/kvm")
        .with_directory("/etc/modules-load.d")
        .with_directory("/etc/modprobe.d")
        .with_directory("/etc/sysctl.d")
        .with_file("/etc/subuid", "lxd:100000:65536")  // no newline at its end
        .with_file("/proc/sys/user/max_user_namespaces", "0\n")
        .answering({"modprobe"}, CommandOutput{})
        .answering({"sysctl"}, CommandOutput{});
    return host;
}

FakeHost enforcing_red_hat()
{
    auto host = bare_debian();
    host.with_file("/etc/os-release", "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n")
        .without("/run/libvirt")
        .with_socket("/run/libvirt/virtqemud-sock", 0666, 0, 0)
        .with_directory("/etc/polkit-1/rules.d", 0750)
        .with_directory("/etc/systemd/system")
        .with_file("/usr/lib/systemd/system/virtqemud.socket", "[Install]\nWantedBy=sockets.target\n")
        .with_file("/usr/lib/systemd/system/virtsecretd.socket", "[Install]\nWantedBy=sockets.target\n")
        .with_file("/sys/fs/selinux/enforce", "1")
        .with_file("/sys/fs/selinux/booleans/virt_use_nfs", "0 0")
        .with_file("/etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=targeted\n")
        .with_file("/etc/selinux/targeted/contexts/files/file_contexts.local", "# of libsemanage\n")
        .with_file("/proc/self/mountinfo", "90 22 0:50 / /var/lib/one/datastores/100 rw shared:9 - nfs4 nas:/one rw\n")
        .with_program("restorecon", "/usr/sbin")
        .with_program("semanage", "/usr/sbin")
        .answering({"systemctl"}, CommandOutput{});
    return host;
}

FakeHost behind_nftables()
{
    auto host = with_node_packages();
    host.with_directory("/sys/module/nf_tables")
        .with_program("nft", "/usr/sbin")
        .answering({"nft"}, CommandOutput{})
        .answering({"nft", "-j"}, chain_that_drops("inet", "filter", "input"));
    return host;
}

FakeHost behind_firewalld()
{
    auto host = behind_nftables();
    host.with_directory("/etc/firewalld", 0750)
        .with_process({.pid = 71, .argv = {"/usr/bin/python3", "/usr/sbin/firewalld", "--nofork"}})
        .answering({"firewall-cmd", "--reload"}, CommandOutput{})
        .answering({"nft", "-j"}, chain_that_drops("inet", "firewalld", "filter_INPUT"));
    return host;
}

FakeHost behind_ufw()
{
    auto host = behind_nftables();
    host.with_program("iptables-nft", "/usr/sbin")
        .with_file("/etc/ufw/ufw.conf", "ENABLED=yes\n")
        .with_file("/etc/ufw/before.rules", "*filter\n:ufw-before-input - [0:0]\nCOMMIT\n", 0640)
        .with_file("/etc/ufw/before6.rules", "*filter\nCOMMIT", 0640)
        .answering({"ufw", "reload"}, CommandOutput{})
        .answering({"nft", "-j"}, chain_that_drops("ip", "filter", "INPUT"))
        .answering({"iptables-nft", "-S"}, CommandOutput{.out = "-P INPUT DROP\n-N ufw-before-input\n"
                                                                "-A INPUT -j ufw-before-input\n"});
    return host;
}

std::vector<World> machines()
{
    return {world("BareDebian", bare_debian),
            world("WithNodePackages", with_node_packages),
            world("WithPackagesThatCameLate", with_packages_that_came_late),
            world("UsedByPeople", used_by_people),
            world("WithBytesForText", with_bytes_for_text),
            world("StrictAboutLogins", strict_about_logins),
            world("WithHostKeys", with_host_keys),
            world("EnforcingRedHat", enforcing_red_hat),
            world("BareDebianForLxc", bare_debian_for_lxc, "lxc"),
            opened("BehindNftables", behind_nftables),
            opened("BehindFirewalld", behind_firewalld),
            opened("BehindUfw", behind_ufw)};
}

}  // namespace onenode
