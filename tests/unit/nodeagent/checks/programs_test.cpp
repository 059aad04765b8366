// rsync-missing, ruby-missing, probe-command, opennebula-package, ruby-libs, and how packages are called
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "nodeagent/checks/packages.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host, const std::string& type = "kvm")
{
    return check.run(healthy_facts(), host, {.type = type});
}

FakeHost without_program(const std::string& name)
{
    auto host = healthy_node();
    for (const auto* directory : {"/usr/bin/", "/usr/sbin/", "/bin/"})
        host.without(directory + name);
    return host;
}

TEST(RsyncMissing, TellsHowToInstallIt)
{
    EXPECT_EQ(only(look(rsync_missing, without_program("rsync"))).fix, "apt install rsync");
}

TEST(RubyMissing, FindsThatRubyIsNotWhereDriversCallIt)
{
    EXPECT_EQ(only(look(ruby_missing, without_program("ruby"))).fix, "apt install ruby");
    auto host = without_program("ruby");
    host.with_program("ruby", "/usr/local/bin");
    EXPECT_EQ(only(look(ruby_missing, host)).message, "Ruby is /usr/local/bin/ruby, but drivers call /usr/bin/ruby");
}

TEST(ProbeCommand, NamesTheCommandInItsIdAndThePackageThatBringsIt)
{
    const auto finding = only(look(probe_command, without_program("lspci")));
    EXPECT_EQ(finding.object, "lspci");
    EXPECT_EQ(finding.message, "lspci is not in oneadmin's PATH (needed by pci.rb)");
    EXPECT_EQ(finding.fix, "apt install pciutils");
}

TEST(ProbeCommand, KnowsThePackagesOfOtherFamilies)
{
    auto host = without_program("ps");
    host.with_file("/etc/os-release", "ID=\"almalinux\"\nID_LIKE=\"rhel centos fedora\"\n");
    EXPECT_EQ(only(look(probe_command, host)).fix, "dnf install procps-ng");
    host.with_file("/etc/os-release", "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n");
    EXPECT_EQ(only(look(probe_command, host)).fix, "zypper install procps");
    host.with_file("/etc/os-release", "ID=arch\n");
    EXPECT_EQ(only(look(probe_command, host)).fix,
              "install the package that Debian calls procps and Red Hat calls procps-ng");
}

TEST(ProbeCommand, LooksWhereALoginOfOneadminLooks)
{
    auto host = without_program("lspci");
    host.with_program("lspci", "/usr/sbin");
    EXPECT_EQ(look(probe_command, host).size(), 1U);  // Debian's sshd does not give users the sbin directories
    host.with_file("/etc/os-release", "ID=fedora\n");
    EXPECT_TRUE(look(probe_command, host).empty());  // Red Hat's does
}

TEST(ProbeCommand, AsksForWhatTheKindOfNodeNeeds)
{
    EXPECT_EQ(only(look(probe_command, healthy_node(), "lxc")).object, "lxc-ls");
    EXPECT_EQ(only(look(probe_command, without_program("virsh"), "qemu")).object, "virsh");
}

FakeHost ruby_says(std::string text)
{
    auto host = healthy_node();
    host.answering({"ruby", "-e"}, said(std::move(text)));
    return host;
}

TEST(OpennebulaPackage, IsMissingWhereItsFirstFileIs)
{
    const auto host = ruby_says("load_opennebula_paths\tcannot load such file -- load_opennebula_paths\n");
    const auto finding = only(look(opennebula_package, host));
    EXPECT_TRUE(holds(finding.message, "OpenNebula's node package is not installed"));
    EXPECT_TRUE(holds(finding.fix, "apt install opennebula-node-kvm"));
    EXPECT_TRUE(holds(only(look(opennebula_package, host, "lxc")).fix, "opennebula-node-lxc"));
    EXPECT_TRUE(look(ruby_libs, host).empty());
}

TEST(OpennebulaPackage, IsIncompleteWithoutItsGems)
{
    const auto host = ruby_says(
        "load_opennebula_paths\tNo such file or directory @ rb_check_realpath_internal - /usr/share/one/gems\n");
    EXPECT_EQ(only(look(opennebula_package, host)).fix, "ln -s gems-dist /usr/share/one/gems");
}

TEST(RubyLibs, NameTheLibraryAndItsPackage)
{
    const auto finding = only(look(ruby_libs, ruby_says("rexml/document\tcannot load such file -- rexml/document\n")));
    EXPECT_EQ(finding.object, "rexml");
    EXPECT_EQ(finding.fix, "apt install ruby-rexml");
    EXPECT_TRUE(look(opennebula_package, ruby_says("sqlite3\tcannot load such file -- sqlite3\n")).empty());
}

TEST(RubyLibs, HaveToBeAmongOpenNebulasGemsWhereTheDistributionShipsAGem)
{
    const auto finding = only(look(ruby_libs, ruby_says("sqlite3\talone: cannot load such file -- sqlite3\n")));
    EXPECT_EQ(finding.message,
              "Ruby has sqlite3, but cannot load it where OpenNebula's gems count: cannot load such file -- sqlite3");
    EXPECT_TRUE(finding.fix.starts_with("apt install opennebula-rubygems")) << finding.fix;
    EXPECT_TRUE(finding.packages.empty()) << "it is installed: another of it is wanted";
}

TEST(RubyLibs, AreTriedAsOneadminOnceItExists)
{
    const auto host = healthy_node();
    (void)look(ruby_libs, host);
    EXPECT_EQ(host.looked().back().user, "oneadmin");
    (void)ruby_libs.run({}, host, {});
    EXPECT_EQ(host.looked().back().user, "");
}

TEST(Missing, NamesThePackagesAsThisFamilyDoes)
{
    EXPECT_EQ(only(look(rsync_missing, without_program("rsync"))).packages, std::vector<std::string>{"rsync"});
    auto host = without_program("ps");
    EXPECT_EQ(only(look(probe_command, host)).packages, std::vector<std::string>{"procps"});
    host.with_file("/etc/os-release", "ID=fedora\n");
    EXPECT_EQ(only(look(probe_command, host)).packages, std::vector<std::string>{"procps-ng"});
    host.with_file("/etc/os-release", "ID=arch\n");
    EXPECT_TRUE(only(look(probe_command, host)).packages.empty());
}

// A machine without Ruby lacks these, too, and nobody can look: they are named to be installed with it.
TEST(Missing, NamesAlsoWhatCannotBeLookedFor)
{
    auto host = healthy_node();
    host.answering({"ruby", "-e"}, failed("no such program", 127));
    EXPECT_EQ(only(look(opennebula_package, host, "lxc")).packages,
              (std::vector<std::string>{"opennebula-node-lxc", "opennebula-rubygems"}));
    EXPECT_EQ(only(look(ruby_libs, host)).packages,
              (std::vector<std::string>{"ruby-sqlite3", "ruby-rexml", "libruby"}));
}

TEST(RubyLibs, AreNotCheckedWhereRubyDoesNotRun)
{
    auto host = healthy_node();
    host.answering({"ruby", "-e"}, failed("ruby: error while loading shared libraries", 127));
    EXPECT_EQ(only(look(ruby_libs, host)).severity, Severity::not_checked);
    EXPECT_EQ(only(look(opennebula_package, host)).severity, Severity::not_checked);
}

TEST(Family, IsFoundInOsReleaseHoweverItIsQuoted)
{
    FakeHost host;
    EXPECT_EQ(family_of(host), Family::other);
    for (const auto* text :
         {"ID=ubuntu\nID_LIKE=debian\n", "ID='linuxmint'\nID_LIKE=\"ubuntu debian\"\n", "NAME=x\nID=\"debian\"\n"})
        EXPECT_EQ(family_of(host.with_file("/etc/os-release", text)), Family::debian) << text;
    EXPECT_EQ(family_of(host.with_file("/etc/os-release", "VARIANT_ID=debian\nID=nixos\n")), Family::other);
}

}  // namespace
}  // namespace onenode::checks
