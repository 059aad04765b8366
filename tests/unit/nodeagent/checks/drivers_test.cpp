// driver-command, ipset-missing, iptables-backend, remotes-version, probe-config
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(DriverCommand, IsAWarningThatNamesThePackage)
{
    auto host = healthy_node();
    host.without("/usr/bin/qemu-img");
    const auto finding = only(look(driver_command, host));
    EXPECT_EQ(finding.object, "qemu-img");
    EXPECT_EQ(finding.fix, "apt install qemu-utils");
    EXPECT_EQ(finding.severity, Severity::warning);
}

TEST(IpsetMissing, IsAWarningBecauseOnlySecurityGroupsNeedIt)
{
    auto host = healthy_node();
    host.without("/usr/sbin/ipset");
    EXPECT_EQ(only(look(ipset_missing, host)).fix, "apt install ipset");
}

TEST(IptablesBackend, FindsRulesOfTwoKinds)
{
    auto host = healthy_node();
    host.with_link("/usr/sbin/iptables", "/etc/alternatives/iptables")
        .with_link("/etc/alternatives/iptables", "/usr/sbin/iptables-nft")
        .with_program("iptables-nft", "/usr/sbin")
        .with_file("/proc/net/ip_tables_names", "");
    EXPECT_TRUE(look(iptables_backend, host).empty());
    host.with_file("/proc/net/ip_tables_names", "filter\n");
    EXPECT_TRUE(holds(only(look(iptables_backend, host)).message, "table filter of iptables-legacy"));
    host.with_link("/etc/alternatives/iptables", "/usr/sbin/iptables-legacy")
        .with_program("iptables-legacy", "/usr/sbin");
    EXPECT_TRUE(look(iptables_backend, host).empty());
}

TEST(IptablesBackend, NeedsIptablesAndIpv6)
{
    auto host = healthy_node();
    host.with_file("/proc/cmdline", "BOOT_IMAGE=/vmlinuz ro ipv6.disable=1\n");
    EXPECT_TRUE(holds(only(look(iptables_backend, host)).message, "without IPv6"));
    host.without("/usr/sbin/iptables");
    EXPECT_EQ(only(look(iptables_backend, host)).fix, "apt install iptables");
}

TEST(RemotesVersion, ComparesReleasesNotBuilds)
{
    auto host = healthy_node();
    host.with_directory("/var/lib/dpkg").with_program("apt-get");
    host.with_file("/var/tmp/one/VERSION", "7.4.0\n").answering({"dpkg-query"}, said("ii  1:7.4.1-2\n"));
    EXPECT_TRUE(look(remotes_version, host).empty());
    host.answering({"dpkg-query"}, said("ii  6.10.0-1"));
    const auto finding = only(look(remotes_version, host));
    EXPECT_TRUE(holds(finding.message, "drivers are of OpenNebula 7.4.0, and opennebula-rubygems here is 6.10.0-1"));
    EXPECT_TRUE(holds(finding.fix, "from the repository of 7.4"));
    host.answering({"dpkg-query"}, failed("no packages found"));
    EXPECT_TRUE(look(remotes_version, host).empty());
    host.with_file("/var/tmp/one/VERSION", "").answering({"dpkg-query"}, said("ii  6.10.0-1"));
    EXPECT_TRUE(look(remotes_version, host).empty());
}

TEST(RemotesVersion, IsTheFrontEndsOwnWordWhereThereIsOne)
{
    auto host = healthy_node();
    host.with_directory("/var/lib/dpkg").with_program("apt-get").with_file("/var/tmp/one/VERSION", "6.10.0\n");
    const auto look_for = [&host](const char* version) {
        CheckContext context;
        context.opennebula = version;
        return remotes_version.run(healthy_facts(), host, context);
    };
    host.answering({"dpkg-query"}, said("ii  1:7.4.0-1"));
    EXPECT_TRUE(look_for("7.4.0").empty()) << "the drivers come with the next copy";
    const auto finding = only(look_for("7.4.1"));
    EXPECT_TRUE(holds(finding.message, "the front-end is OpenNebula 7.4.1, and opennebula-rubygems here is 1:7.4.0-1"));
    EXPECT_EQ(finding.fix, "onenode join --install-packages, or by hand: apt install opennebula-node-kvm "
                           "opennebula-rubygems  # from the repository of 7.4");
    EXPECT_EQ(only(look_for("7.2.3")).fix, "upgrade the front-end to 7.4.0: packages here are not downgraded");
    host.answering({"dpkg-query"}, said("ii  7.4.0.1-1"));
    EXPECT_TRUE(look_for("7.4.0").empty()) << "oned tells no fourth number";
    host.answering({"dpkg-query"}, said("rc  7.2.0-1"));
    EXPECT_TRUE(look_for("7.4.0").empty()) << "removed: opennebula-package tells of that";
}

TEST(ProbeConfig, IsParsedByRubyAndMustBeThere)
{
    auto host = healthy_node();
    host.with_file("/var/tmp/one/etc/im/kvm-probes.d/pci.conf", ":filter: [\n");
    EXPECT_TRUE(look(probe_config, host).size() == 1 && look(probe_config, host)[0].severity == Severity::not_checked);
    host.answering({"ruby", "-ryaml"}, said(""));
    EXPECT_TRUE(look(probe_config, host).empty());
    EXPECT_EQ(host.looked().back().argv.back(), "/var/tmp/one/etc/im/kvm-probes.d/pci.conf");
    host.answering({"ruby", "-ryaml"},
                   said("/var/tmp/one/etc/im/kvm-probes.d/pci.conf\t(x): did not find expected node\n"));
    EXPECT_TRUE(holds(only(look(probe_config, host)).message, "did not find expected node"));
    host.without("/var/tmp/one/etc/im/kvm-probes.d/pci.conf");
    EXPECT_TRUE(holds(only(look(probe_config, host)).message, "there is no"));
}

}  // namespace
}  // namespace onenode::checks
