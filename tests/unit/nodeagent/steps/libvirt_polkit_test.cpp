// A rule for oneadmin only where libvirt asks polkit and nothing else lets oneadmin in.
#include "nodeagent/steps/libvirt_polkit.hpp"
#include "nodeagent/steps/libvirt_sockets.hpp"
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

std::vector<std::string> planned(const Step& step, const FakeHost& host, const std::string& type = "kvm")
{
    const auto desired = desired_state(type);
    std::vector<std::string> titles;
    for (const auto& change : step.plan(gather_facts(host, steps::all(), desired), desired))
        titles.push_back(title_of(change));
    return titles;
}

using Titles = std::vector<std::string>;
const Titles rule{"write /etc/polkit-1/rules.d/50-onenode.rules"};

FakeHost with_polkit()
{
    auto host = bare_debian();
    host.with_directory("/etc/polkit-1/rules.d", 0750);
    return host;
}

TEST(LibvirtPolkit, IsToldOfOneadminWhereLibvirtBroughtNoRule)
{
    EXPECT_EQ(planned(steps::libvirt_polkit, with_polkit()), rule);
    EXPECT_EQ(planned(steps::libvirt_polkit, with_polkit(), "lxc"), Titles{});
    EXPECT_EQ(planned(steps::libvirt_polkit, bare_debian()), Titles{}) << "no polkit here";
}

TEST(LibvirtPolkit, NeedsNoRuleWhereLibvirtsOwnLetsTheGroupIn)
{
    auto host = with_polkit();
    host.with_file("/usr/share/polkit-1/rules.d/60-libvirt.rules", "polkit.addRule(...)");
    EXPECT_EQ(planned(steps::libvirt_polkit, host), Titles{});
    host.with_group({.name = "virt-users", .gid = 440}).with_socket("/run/libvirt/libvirt-sock", 0660, 0, 440);
    EXPECT_EQ(planned(steps::libvirt_polkit, host), rule) << "oneadmin joins another group";
    host.with_socket("/run/libvirt/libvirt-sock", 0666, 0, 0);
    EXPECT_EQ(planned(steps::libvirt_polkit, host), Titles{}) << "open to all: oneadmin joins libvirt";
}

TEST(LibvirtPolkit, IsNotToldWhereNobodyAsksIt)
{
    auto host = with_polkit();
    host.with_file("/etc/libvirt/libvirtd.conf", "#auth_unix_rw = \"polkit\"\nauth_unix_rw = \"none\"\n");
    EXPECT_EQ(planned(steps::libvirt_polkit, host), Titles{});
    host = with_polkit();
    host.with_file("/etc/polkit-1/rules.d/50-opennebula.rules", "polkit.addRule(...)");
    EXPECT_EQ(planned(steps::libvirt_polkit, host), Titles{}) << "OpenNebula's package told it";
}

TEST(LibvirtSockets, AreEnabledWhereNoBootOpensThem)
{
    auto host = bare_debian();
    host.with_file("/usr/lib/systemd/system/libvirtd.socket", "")
        .with_file("/usr/lib/systemd/system/virtqemud.socket", "");
    EXPECT_EQ(planned(steps::libvirt_sockets, host),
              (Titles{"make directory /etc/systemd/system/sockets.target.wants (0755 root)",
                      "link /etc/systemd/system/sockets.target.wants/libvirtd.socket to "
                      "/usr/lib/systemd/system/libvirtd.socket"}));
    EXPECT_EQ(planned(steps::libvirt_sockets, host, "lxc"), Titles{});
    host.without("/run/systemd/system");
    EXPECT_EQ(planned(steps::libvirt_sockets, host), Titles{}) << "systemd does not run";
}

}  // namespace
}  // namespace onenode
