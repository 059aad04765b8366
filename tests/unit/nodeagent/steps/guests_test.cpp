// qemu.conf, the name of QEMU and AppArmor's leave: where the packages did not set them, and never over a decision.
#include "nodeagent/steps/guests.hpp"
#include "nodeagent/steps/steps.hpp"
#include "tests/unit/nodeagent/steps/worlds.hpp"

#include <gtest/gtest.h>

namespace onenode {
namespace {

constexpr const char* qemu_conf = "/etc/libvirt/qemu.conf";
constexpr const char* shipped = "# user = \"qemu\"\n#dynamic_ownership = 1\n";

FakeHost with_qemu()
{
    auto host = bare_debian();
    host.with_file(qemu_conf, shipped, 0600).with_program("qemu-system-x86_64");
    return host;
}

std::vector<std::string> titles(const FakeHost& host, const std::string& type = "kvm")
{
    const auto desired = desired_state(type);
    std::vector<std::string> all;
    for (const auto& change : steps::guests.plan(gather_facts(host, steps::all(), desired), desired))
        all.push_back(title_of(change));
    return all;
}

using Titles = std::vector<std::string>;

TEST(Guests, RunAsOneadminUnderOpenNebulasNameForQemu)
{
    EXPECT_EQ(titles(with_qemu()), (Titles{"link /usr/bin/qemu-kvm-one to /usr/bin/qemu-system-x86_64",
                                           "set our lines in /etc/libvirt/qemu.conf"}));
}

TEST(Guests, AreNothingToANodeForContainers)
{
    EXPECT_EQ(titles(with_qemu(), "lxc"), Titles{});
}

TEST(Guests, NeedNothingMoreWhereThePackageSetIt)
{
    auto host = with_qemu();
    host.with_file(qemu_conf, "user = \"oneadmin\"\ngroup = 'oneadmin'\ndynamic_ownership = 0\n", 0600)
        .with_link("/usr/bin/qemu-kvm-one", "/usr/bin/qemu-system-x86_64");
    EXPECT_EQ(titles(host), Titles{});
}

TEST(Guests, GetOnlyTheSettingsThatAreMissing)
{
    auto host = with_qemu();
    host.with_file(qemu_conf, "user = \"oneadmin\"\n", 0600);
    const auto changes = steps::want_qemu_settings(gather_facts(host, steps::all(), desired_state("kvm")));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(std::get<WriteFile>(changes.front()).text,
              "user = \"oneadmin\"\n# begin onenode\ngroup = \"oneadmin\"\ndynamic_ownership = 0\n# end onenode\n");
}

TEST(Guests, KeepTheSettingsOfWhoDecidedOtherwise)
{
    auto host = with_qemu();
    host.with_file(qemu_conf, "user = \"root\"\n", 0600)
        .with_link("/usr/bin/qemu-kvm-one", "/usr/bin/qemu-system-x86_64");
    EXPECT_EQ(titles(host), Titles{});
}

TEST(Guests, GetNoSettingsInAFileThatIsNoText)
{
    auto host = with_qemu();
    host.with_file(qemu_conf,
                   std::string{"\x7f"
                               "ELF\0\1",
                               6},
                   0600);
    EXPECT_EQ(steps::want_qemu_settings(gather_facts(host, steps::all(), desired_state("kvm"))).size(), 0U);
}

TEST(Guests, ThatRunHaveNoLibvirtRestartedUnderThemUnlessSomebodyAcceptedThat)
{
    for (const std::string text : {"", "# begin onenode\nuser = \"oneadmin\"\n# end onenode\n"}) {
        auto host = with_qemu();
        host.with_file(qemu_conf, text, 0600);
        auto facts = gather_facts(host, steps::all(), desired_state("kvm"));
        facts.libvirt.domains = {"web"};
        EXPECT_EQ(steps::want_qemu_settings(facts), Changes{}) << text;
        facts = with_risks(std::move(facts), {"restart-libvirt"});
        EXPECT_EQ(steps::want_qemu_settings(facts).size(), 1U) << text;
    }
}

TEST(Guests, GetNoNameThatAProgramHas)
{
    auto host = with_qemu();
    host.with_file("/usr/bin/qemu-kvm-one", "#!/bin/sh\n", 0644);
    EXPECT_EQ(titles(host), Titles{"set our lines in /etc/libvirt/qemu.conf"});
}

TEST(Guests, MayUseTheirDisksUnderAppArmorWhereALinkLeads)
{
    auto host = with_qemu();
    host.with_file("/sys/module/apparmor/parameters/enabled", "Y\n")
        .with_file("/etc/apparmor.d/abstractions/libvirt-qemu", "  /dev/kvm rw,\n")
        .with_link("/var/lib/one/datastores", "/mnt/one")
        .with_link("/mnt/one", "../srv/one")
        .with_link("/usr/bin/qemu-kvm-one", "/usr/bin/qemu-system-x86_64");
    const auto changes = steps::want_datastores_in_profile(gather_facts(host, steps::all(), desired_state("kvm")));
    ASSERT_EQ(changes.size(), 3U) << "two directories, and the line";
    EXPECT_NE(std::get<WriteFile>(changes.back()).text.find("/srv/one/** rwk,"), std::string::npos);
    host.with_file("/etc/apparmor.d/abstractions/libvirt-qemu", "  /srv/** rwk,\n");
    EXPECT_EQ(titles(host), Titles{"set our lines in /etc/libvirt/qemu.conf"});
}

}  // namespace
}  // namespace onenode
