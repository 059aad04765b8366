// Laws of every fix: it mends what its check found, plans without touching, and is taken back to the last byte.
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "nodeagent/core/runner.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>

namespace onenode::checks {
namespace {

// A machine whose programs answer as its files say: what a fix writes has its effect.
struct World {
    World() = default;
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    FakeHost host = healthy_node();
    Facts facts = healthy_facts();
    CheckContext context{};
    std::set<std::string> started{};  // units
    std::string sshd_before{};        // what sshd -T said before there were drop-ins of ours
};

std::string lower(std::string text)
{
    for (auto& letter : text)
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    return text;
}

/// "AllowUsers oneadmin" of a drop-in counts before what stood there.
std::string sshd_now(World& world)
{
    std::string text;
    std::set<std::string> set;
    for (const auto& [path, file] : world.host.machine().files) {
        if (!path.starts_with("/etc/ssh/sshd_config.d/00-onenode-") || file.kind != FileKind::file) continue;
        for (const auto& line : one::split_lines(file.text)) {
            if (!line.starts_with("    ")) continue;
            std::string_view rest = line;
            const auto keyword = lower(std::string{one::take_word(rest)});
            set.insert(keyword);
            text += fmt::format("{} {}\n", keyword, rest);
        }
    }
    for (const auto& line : one::split_lines(world.sshd_before))
        if (!set.contains(line.substr(0, line.find(' ')))) text += line + '\n';
    return text;
}

void set_sshd(World& world, const std::vector<std::pair<std::string, std::string>>& lines)
{
    world.host = with_sshd(std::move(world.host), lines);
    world.sshd_before = world.host.look({.argv = {"sshd", "-T"}})->out;
    world.host.answering({"sshd", "-T"}, [&world](const Command&) { return said(sshd_now(world)); });
}

/// net.bridge.bridge-nf-call-iptables = 1
Result<CommandOutput> load_sysctl(World& world, const Command& command)
{
    const auto path = command.argv.at(1).substr(std::string_view{"--load="}.size());
    for (const auto& line : one::split_lines(world.host.read(path).value_or(""))) {
        const auto equals = line.find(" = ");
        if (line.starts_with('#') || equals == std::string::npos) continue;
        auto key = line.substr(0, equals);
        std::ranges::replace(key, '.', '/');
        world.host.with_file("/proc/sys/" + key, line.substr(equals + 3) + "\n");
    }
    return said("");
}

void give_effect(World& world)
{
    for (const auto* directory : {"/run/systemd/system", "/etc/security/limits.d", "/etc/sysctl.d"})
        world.host.with_directory(directory);
    world.host.answering({"sshd", "-t"}, said(""))
        .answering({"visudo", "-cf"}, said(""))
        .answering({"loginctl", "enable-linger"}, said(""))
        .answering({"systemctl"}, said(""));
    world.host.answering({"sysctl"}, [&world](const Command& command) { return load_sysctl(world, command); });
    world.host.answering({"modprobe"}, [&world](const Command& command) {
        world.host.with_file(command.argv.at(1) == "nbd" ? "/sys/module/nbd/parameters/nbds_max" : "/dev/loop-control",
                             "256\n");
        return said("");
    });
    world.host.answering({"systemctl", "start"}, [&world](const Command& command) {
        world.started.insert(command.argv.at(2));
        return said("");
    });
    set_sshd(world, {});
}

void with_unit(World& world, const std::string& name, const std::string& target)
{
    world.host.with_file("/usr/lib/systemd/system/" + name, fmt::format("[Install]\nWantedBy={}\n", target));
}

CommandOutput visudo_minds_modes(const World& world)
{
    if (world.host.stat("/etc/sudoers.d/opennebula")->mode == 0440) return said("/etc/sudoers: parsed OK\n");
    return failed("/etc/sudoers.d/opennebula: bad permissions, should be mode 0440\n");
}

CommandOutput libvirt_as_oneadmin(const World& world)
{
    const auto groups = world.host.user("oneadmin")->groups;
    if (std::ranges::find(groups, libvirt_gid) != groups.end())
        return said(R"({"problem":"","read_write":{"reachable":true,"problem":""},)"
                    R"("read_only":{"reachable":true,"problem":""}})");
    return said(R"({"problem":"","read_write":{"reachable":false,"problem":"Permission denied"},)"
                R"("read_only":{"reachable":true,"problem":""}})");
}

// Ours stands first in the file, and PAM's is 077 otherwise.
void logins_take_reading_away(World& world)
{
    world.host.with_file("/etc/pam.d/sshd", "@include common-session\n")
        .with_file("/etc/pam.d/common-session", "session optional pam_umask.so\n")
        .with_file("/etc/login.defs", "UMASK 077\n");
    world.host.answering({"bash", "--norc", "-c"}, [&world](const Command& command) {
        const auto shell = world.host.read("/var/lib/one/.bashrc").value_or("");
        return said(shell.starts_with("# begin onenode\numask 022\n") ? "0022\n" : command.argv.back() + "\n");
    });
}

const std::map<std::string_view, std::function<void(World&)>> breakages{
    {"oneadmin-umask", logins_take_reading_away},
    {"oneadmin-shell",
     [](World& w) { change_oneadmin(w.facts, w.host, [](User& user) { user.shell = "/usr/sbin/nologin"; }); }},
    {"home-strictmodes", [](World& w) { w.host.with_directory("/var/lib/one", 0777, 9869, 9869); }},
    {"authorized-keys-permissions",
     [](World& w) { w.host.with_file("/var/lib/one/.ssh/authorized_keys", "ssh-ed25519 AAAA\n", 0666, 1001, 1001); }},
    {"datastore-dir", [](World& w) { w.host.with_directory("/var/lib/one/datastores", 0755); }},
    {"remotes-dir-perms", [](World& w) { w.host.with_directory("/var/tmp/one", 0777, 9869, 9869); }},
    {"sudoers-broken",
     [](World& w) {
         w.host.with_file("/etc/sudoers.d/opennebula", "oneadmin ALL=(ALL) ALL\n", 0644);
         w.host.answering({"visudo", "-c"}, [&w](const Command&) { return visudo_minds_modes(w); });
     }},
    {"sudoers-includedir",
     [](World& w) {
         w.host.with_file("/etc/sudoers", "root ALL=(ALL) ALL", 0440)
             .answering({"visudo", "-c"}, said("/etc/sudoers: parsed OK\n"));
     }},
    {"sudo-requiretty",
     [](World& w) { w.host.with_file("/etc/sudoers", "Defaults requiretty\n@includedir /etc/sudoers.d\n", 0440); }},
    {"sudo-missing", [](World& w) { w.host.with_file("/usr/bin/sudo", "ELF", 0755); }},
    {"sudo-path", [](World& w) { w.host.with_program("bridge", "/sbin"); }},
    {"host-key-type", [](World& w) { w.host.with_file("/etc/ssh/ssh_host_ed25519_key", "key", 0644); }},
    {"lxc-subid",
     [](World& w) {
         w.context.type = "lxc";
         w.host.with_file("/etc/subuid", "bob:100000:65536").without("/etc/subgid");
     }},
    {"lxc-modules",
     [](World& w) {
         w.context.type = "lxc";
         w.host.without("/sys/module/nbd").without("/dev/loop-control");
         w.host.with_directory("/etc/modules-load.d").with_directory("/etc/modprobe.d");
     }},
    {"lxc-kernel",
     [](World& w) {
         w.context.type = "lxc";
         w.host.with_file("/proc/sys/user/max_user_namespaces", "0\n");
     }},
    {"br-netfilter", [](World& w) { w.host.with_file("/proc/sys/net/bridge/bridge-nf-call-iptables", "0\n"); }},
    {"host-sysctls",
     [](World& w) {
         w.host.with_file("/proc/sys/net/netfilter/nf_conntrack_count", "99\n")
             .with_file("/proc/sys/net/netfilter/nf_conntrack_max", "100\n");
     }},
    {"host-memory-tuning", [](World& w) { w.host.with_file("/proc/sys/vm/overcommit_memory", "2\n"); }},
    {"limits",
     [](World& w) {
         w.host.with_file("/etc/security/limits.conf", "* hard nofile 512\n")
             .with_file("/etc/security/limits.d/hardening.conf", "oneadmin hard nproc 100\n");
     }},
    {"client-dead", [](World& w) { w.host.with_file("/etc/systemd/logind.conf", "[Login]\nKillUserProcesses=yes\n"); }},
    {"var-tmp-cleaned",
     [](World& w) {
         w.host.with_file("/var/lib/onenode/state.json", "{}", 0600)
             .with_file("/usr/lib/tmpfiles.d/tmp.conf", "q /var/tmp 1777 root root 30d\n");
     }},
    {"qemu-user", [](World& w) { w.host.with_file("/etc/libvirt/qemu.conf", "#user = \"root\"\n", 0600); }},
    {"libvirt-limits",
     [](World& w) {
         w.host.with_process({.pid = 77, .uid = 0, .argv = {"/usr/sbin/libvirtd"}})
             .with_file("/proc/77/limits", "Max open files            1024                 1024       files\n");
         w.host.answering({"systemctl", "try-restart", "libvirtd.service"}, [&w](const Command&) {
             w.host.with_file("/proc/77/limits", "Max open files            1024                 524288     files\n");
             return said("");
         });
     }},
    {"virtlogd",
     [](World& w) {
         w.host.with_program("virtlogd");
         with_unit(w, "virtlogd.socket", "sockets.target");
         w.host.answering({"systemctl", "start", "virtlogd.socket"}, [&w](const Command&) {
             w.host.with_socket("/run/libvirt/virtlogd-sock", 0600, 0, 0);
             return said("");
         });
     }},
    {"apparmor-libvirt",
     [](World& w) {
         w.host.with_file("/sys/module/apparmor/parameters/enabled", "Y\n")
             .with_file("/etc/apparmor.d/abstractions/libvirt-qemu", "/dev/kvm rw,\n");
     }},
    {"qemu-emulator-link",
     [](World& w) { w.host.with_link("/usr/bin/qemu-kvm-one", "/usr/bin/qemu-system-that-is-gone"); }},
    {"sshd-allow-lists",
     [](World& w) {
         set_sshd(w, {{"allowusers", "alice"}, {"allowgroups", "wheel"}});
     }},
    {"sshd-pubkey-off",
     [](World& w) {
         set_sshd(w, {{"pubkeyauthentication", "no"}, {"authenticationmethods", ""}});
     }},
    {"sshd-authorized-keys-file",
     [](World& w) {
         set_sshd(w, {{"authorizedkeysfile", "/etc/ssh/keys/%u"}});
     }},
    {"sshd-force-command",
     [](World& w) {
         set_sshd(w, {{"forcecommand", "/bin/menu"}, {"chrootdirectory", "/jail"}});
     }},
    {"sshd-agent-forwarding",
     [](World& w) {
         set_sshd(w, {{"allowagentforwarding", "no"}, {"disableforwarding", "yes"}});
     }},
    {"sshd-max-startups",
     [](World& w) {
         set_sshd(w, {{"maxsessions", "2"}});
     }},
    {"ceph-access",
     [](World& w) {
         w.host.with_program("rbd")
             .with_file("/etc/ceph/ceph.conf", "[global]\n")
             .with_file("/etc/ceph/ceph.client.libvirt.keyring", "key", 0600);
         w.host.answering({"test", "-r"}, [&w](const Command& command) {
             const auto info = w.host.stat(command.argv.at(2));
             return info->gid == 9869 && (info->mode & 0040U) != 0 ? said("") : failed("");
         });
     }},
    {"libvirt-socket",
     [](World& w) {
         change_oneadmin(w.facts, w.host, [](User& user) { user.groups = {9869}; });
         w.host.machine().groups.at("libvirt").members.clear();
         w.host.answering({probe, "libvirt", "--user", "oneadmin"},
                          [&w](const Command&) { return libvirt_as_oneadmin(w); });
     }},
    {"ovs",
     [](World& w) {
         w.host.with_program("ovs-vsctl");
         with_unit(w, "openvswitch-switch.service", "multi-user.target");
         w.host.answering({"systemctl", "start", "openvswitch-switch.service"}, [&w](const Command&) {
             w.host.with_socket("/run/openvswitch/db.sock", 0750, 0, 0);
             return said("");
         });
     }},
    {"libvirt-down",
     [](World& w) {
         w.facts.libvirt.problem = "no libvirt daemon listens under /run/libvirt";
         with_unit(w, "libvirtd.socket", "sockets.target");
         with_unit(w, "libvirtd-ro.socket", "sockets.target");
     }},
    {"libvirt-at-boot",
     [](World& w) {
         w.host.with_directory("/etc/systemd/system");
         with_unit(w, "libvirtd-ro.socket", "sockets.target");
     }},
    {"selinux-libvirt",
     [](World& w) {
         w.host.with_file("/sys/fs/selinux/enforce", "1")
             .with_file("/sys/fs/selinux/booleans/virt_use_nfs", "0 0")
             .with_file("/etc/selinux/config", "SELINUX=enforcing\nSELINUXTYPE=targeted\n")
             .with_file("/etc/selinux/targeted/contexts/files/file_contexts.local", "# of libsemanage\n")
             .with_file("/proc/self/mountinfo",
                        "90 22 0:50 / /var/lib/one/datastores/100 rw shared:9 - nfs4 nas:/one rw\n")
             .with_program("semanage", "/usr/sbin");
     }},
    {"sshd-down",
     [](World& w) {
         with_unit(w, "ssh.service", "multi-user.target");
         w.host.answering({probe, "ssh"}, [&w](const Command&) {
             return w.started.contains("ssh.service")
                        ? said(R"({"banner":"SSH-2.0-OpenSSH_9.2","problem":"","refused":false})")
                        : said(R"({"banner":"","problem":"Connection refused","refused":true})");
         });
     }},
};

std::vector<const Check*> fixable()
{
    std::vector<const Check*> found;
    std::ranges::copy_if(all(), std::back_inserter(found), [](const Check* check) { return check->fix != nullptr; });
    return found;
}

std::string name_of(const testing::TestParamInfo<const Check*>& info)
{
    std::string name{info.param->id};
    std::ranges::replace(name, '-', '_');
    return name;
}

class EveryFix : public testing::TestWithParam<const Check*> {
protected:
    EveryFix()
    {
        give_effect(world);
        const auto breakage = breakages.find(check.id);
        if (breakage != breakages.end()) breakage->second(world);
    }

    [[nodiscard]] Severity found() const
    {
        auto severity = Severity::ok;
        for (const auto& finding : check.run(world.facts, world.host, world.context))
            severity = std::max(severity, finding.severity);
        return severity;
    }

    [[nodiscard]] Changes plan() const { return check.fix(world.facts, world.host, world.context); }

    void apply_fix(Journal& journal)
    {
        const Changes changes = plan();
        const Step step{.id = check.id, .title = check.title, .reads = {}, .plan = nullptr};
        Plan plan;
        plan.steps.push_back({.step = &step, .changes = changes});
        const auto applied = apply(plan, world.host, journal);
        ASSERT_TRUE(applied) << one::to_text(applied.error());
        ASSERT_TRUE(applied->empty()) << applied->why;
        world.facts.users.at("oneadmin") = *world.host.user("oneadmin");
        if (world.started.contains("libvirtd.socket")) world.facts.libvirt.problem.clear();
    }

    /// Files and accounts; what the kernel and running services say is theirs.
    [[nodiscard]] Snapshot things() const
    {
        auto snapshot = world.host.snapshot();
        std::erase_if(snapshot, [](const auto& line) {
            return std::ranges::any_of(std::array{"/proc/", "/run/", "/sys/", "/dev/", "/var/lib/onenode"},
                                       [&line](const char* place) { return line.first.starts_with(place); });
        });
        return snapshot;
    }

    const Check& check = *GetParam();
    World world{};
};

TEST_P(EveryFix, MendsWhatItsCheckFinds)
{
    ASSERT_TRUE(breakages.contains(check.id)) << "a fix without a test";
    ASSERT_GE(found(), Severity::warning);
    ASSERT_FALSE(plan().empty());
    auto journal = Journal::open(world.host, "/var/lib/onenode");
    ASSERT_TRUE(journal);
    apply_fix(*journal);
    for (const auto& finding : check.run(world.facts, world.host, world.context))
        EXPECT_EQ(finding.severity, Severity::ok) << finding.message;
}

TEST_P(EveryFix, TouchesNothingWhileItPlans)
{
    const auto before = world.host.snapshot();
    for (const auto& change : plan())
        EXPECT_FALSE(why_of(change).empty()) << title_of(change);
    EXPECT_EQ(world.host.snapshot(), before);
    EXPECT_TRUE(world.host.touched().empty());
}

TEST_P(EveryFix, IsTakenBackToTheLastByte)
{
    const auto before = things();
    auto journal = Journal::open(world.host, "/var/lib/onenode");
    ASSERT_TRUE(journal);
    apply_fix(*journal);
    const auto undone = undo(world.host, *journal);
    ASSERT_TRUE(undone);
    EXPECT_TRUE(undone->kept.empty());
    EXPECT_EQ(things(), before);
}

INSTANTIATE_TEST_SUITE_P(Checks, EveryFix, testing::ValuesIn(fixable()), name_of);

TEST(Fixes, AreManyAndEachHasItsBreakage)
{
    EXPECT_GE(fixable().size(), 25U);
    EXPECT_EQ(fixable().size(), breakages.size());
}

TEST(Fixes, LeaveDecisionsToPeople)
{
    const auto changes = [](const Check& check, const std::function<void(World&)>& spoil) {
        World world;
        give_effect(world);
        spoil(world);
        return check.fix(world.facts, world.host, world.context);
    };
    EXPECT_EQ(changes(sshd_allow_lists, [](World& w) { set_sshd(w, {{"denyusers", "oneadmin"}}); }), Changes{});
    EXPECT_EQ(changes(remotes_dir_perms, [](World& w) { w.host.with_directory("/var/tmp/one", 0755); }), Changes{});
    EXPECT_EQ(changes(qemu_user_setting,
                      [](World& w) { w.host.with_file("/etc/libvirt/qemu.conf", "user = \"bob\"\n", 0600); }),
              Changes{});
    EXPECT_EQ(changes(virtlogd,
                      [](World& w) {
                          with_unit(w, "virtlogd.socket", "sockets.target");
                          w.host.with_link("/etc/systemd/system/virtlogd.socket", "/dev/null");
                      }),
              Changes{});
    EXPECT_EQ(changes(lxc_modules, [](World& w) { w.host.with_file("/sys/module/nbd/parameters/nbds_max", "16\n"); }),
              Changes{});
}

TEST(Fixes, NeverRestartLibvirtUnderGuests)
{
    World world;
    give_effect(world);
    breakages.at("qemu-user")(world);
    world.facts.libvirt.domains = {"one-12"};
    EXPECT_EQ(qemu_user_setting.fix(world.facts, world.host, world.context), Changes{});
    EXPECT_EQ(libvirt_limits.fix(world.facts, world.host, world.context), Changes{});
    const auto finding = only(qemu_user_setting.run(world.facts, world.host, world.context));
    EXPECT_TRUE(holds(finding.fix,
                      "restarts libvirt while one-12 run; onenode does that with --accept-risk=restart-libvirt alone"));
    world.facts = with_risks(std::move(world.facts), {"restart-libvirt"});
    EXPECT_NE(qemu_user_setting.fix(world.facts, world.host, world.context), Changes{});
    EXPECT_NE(libvirt_limits.fix(world.facts, world.host, world.context), Changes{});
}

}  // namespace
}  // namespace onenode::checks
