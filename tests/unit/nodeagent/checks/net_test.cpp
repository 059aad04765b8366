// br-netfilter, forward-drop, migration-ports, bridge-delete, ovs, host-sysctls
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

constexpr const char* network_file = "/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf";

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

TEST(BrNetfilter, IsFineUntilSomebodySaysNo)
{
    auto host = healthy_node();
    host.with_file("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n");
    EXPECT_TRUE(look(br_netfilter, host).empty());
    host.with_file("/proc/sys/net/bridge/bridge-nf-call-ip6tables", "0\n");
    EXPECT_TRUE(holds(only(look(br_netfilter, host)).message, "bridge-nf-call-ip6tables is 0"));
    host.with_file("/etc/modprobe.d/hard.conf", "install br-netfilter /bin/false\n");
    EXPECT_TRUE(holds(only(look(br_netfilter, host)).message, "/etc/modprobe.d/hard.conf forbids"));
}

FakeHost with_chains(const std::string& chains)
{
    auto host = healthy_node();
    host.with_file("/proc/sys/net/bridge/bridge-nf-call-iptables", "1\n")
        .with_directory("/sys/module/nf_tables")
        .answering({"nft", "-j", "list", "chains"}, said(chains));
    return host;
}

TEST(ForwardDrop, NamesTheChainThatDrops)
{
    const auto host =
        with_chains(R"({"nftables":[{"metainfo":{}},{"chain":{"family":"bridge","hook":"forward","policy":"drop"}},
        {"chain":{"family":"ip","table":"filter","name":"FORWARD","hook":"forward","policy":"drop"}}]})");
    EXPECT_TRUE(holds(only(look(forward_drop, host)).message, "chain ip filter FORWARD drops"));
}

TEST(ForwardDrop, TellsHowToOpenAChainThatIptablesDoesNotKnow)
{
    const auto host = with_chains(
        R"({"nftables":[{"chain":{"family":"inet","table":"fw","name":"forward","hook":"forward","policy":"drop"}}]})");
    EXPECT_EQ(only(look(forward_drop, host)).fix,
              "nft 'add rule inet fw forward iifname \"br0\" oifname \"br0\" accept'  # for each bridge of guests");
}

TEST(ForwardDrop, IsFineWhereNothingDropsOrNothingPasses)
{
    EXPECT_TRUE(
        look(forward_drop, with_chains(R"({"nftables":[{"chain":{"family":"ip","hook":"forward","policy":"accept"}},
        {"chain":{"family":"ip","hook":"input","policy":"drop"}},{"chain":"x"},"x",7]})"))
            .empty());
    auto host = with_chains(R"({"nftables":[{"chain":{"family":"ip","hook":"forward","policy":"drop"}}]})");
    host.with_file("/proc/sys/net/bridge/bridge-nf-call-iptables", "0\n");
    EXPECT_TRUE(look(forward_drop, host).empty());
}

TEST(ForwardDrop, AsksNftOnlyWhereThatLoadsNoModule)
{
    auto host = with_chains(R"({"nftables":[{"chain":{"family":"ip","hook":"forward","policy":"drop"}}]})");
    host.without("/sys/module/nf_tables");
    EXPECT_EQ(only(look(forward_drop, host)).severity, Severity::not_checked);
    host.with_file("/lib/modules/6.1.0-18-amd64/modules.builtin", "kernel/net/bridge/bridge.ko\n");
    EXPECT_TRUE(look(forward_drop, host).empty());
    EXPECT_TRUE(host.looked().empty());
    host.with_file("/lib/modules/6.1.0-18-amd64/modules.builtin", "kernel/net/netfilter/nf_tables.ko\n");
    EXPECT_EQ(only(look(forward_drop, host)).severity, Severity::warning);
}

TEST(ForwardDrop, FindsRulesOfTheOlderKind)
{
    auto host = with_chains(R"({"nftables":[]})");
    host.with_file("/proc/net/ip_tables_names", "nat\nfilter\n")
        .with_program("iptables-legacy", "/usr/sbin")
        .answering({"iptables-legacy", "-S", "FORWARD"}, said("-P FORWARD DROP\n"));
    EXPECT_TRUE(holds(only(look(forward_drop, host)).fix, "iptables-legacy -A FORWARD"));
    host.answering({"iptables-legacy", "-S", "FORWARD"}, said("-P FORWARD ACCEPT\n-A FORWARD -j DROP\n"));
    EXPECT_TRUE(look(forward_drop, host).empty());
}

TEST(ForwardDrop, IsNotCheckedWhereNftSaysNothingSensible)
{
    EXPECT_EQ(only(look(forward_drop, with_chains("{"))).severity, Severity::not_checked);
    EXPECT_TRUE(look(forward_drop, with_chains("[]")).empty());
}

FakeHost with_firewalld(const std::string& zone)
{
    auto host = healthy_node();
    host.with_process({.pid = 5, .argv = {"/usr/bin/python3", "-s", "/usr/sbin/firewalld", "--nofork"}})
        .with_file("/etc/firewalld/firewalld.conf", "# zone\nDefaultZone=public\n")
        .with_file("/usr/lib/firewalld/zones/trusted.xml", "<zone target=\"ACCEPT\"/>")
        .with_file("/usr/lib/firewalld/zones/public.xml", zone);
    return host;
}

TEST(MigrationPorts, AreClosedInTheZoneThatCounts)
{
    auto host = with_firewalld("<zone><service name=\"ssh\"/><port protocol=\"tcp\" port=\"80\"/></zone>");
    EXPECT_TRUE(holds(only(look(migration_ports, host)).fix, "--add-port=49152-49215/tcp"));
    host.with_file("/etc/firewalld/zones/trusted.xml", "<zone target=\"ACCEPT\"><interface name=\"eth1\"/></zone>");
    EXPECT_TRUE(look(migration_ports, host).empty());
    EXPECT_TRUE(
        look(migration_ports, with_firewalld("<zone><port protocol=\"tcp\" port=\"49152-65535\"/></zone>")).empty());
    EXPECT_TRUE(look(migration_ports, with_firewalld("not xml")).empty());
}

TEST(MigrationPorts, AreOpenedToNeighboursByARichRule)
{
    EXPECT_TRUE(
        look(migration_ports, with_firewalld("<zone><rule><source address=\"10.0.0.0/24\"/><accept/></rule></zone>"))
            .empty());
    EXPECT_FALSE(
        look(migration_ports, with_firewalld("<zone><rule><port port=\"22\" protocol=\"tcp\"/><accept/></rule></zone>"))
            .empty());
}

TEST(MigrationPorts, AreLookedForInUfwsRules)
{
    auto host = healthy_node();
    host.with_file("/etc/ufw/ufw.conf", "ENABLED=yes\n")
        .with_file("/etc/default/ufw", "DEFAULT_INPUT_POLICY=\"DROP\"\n");
    EXPECT_EQ(only(look(migration_ports, host)).fix, "ufw allow 49152:49215/tcp");
    host.with_file("/etc/ufw/user.rules", "### tuple ### allow tcp 49152:49215 0.0.0.0/0 any 10.0.0.0/24 in\n");
    EXPECT_TRUE(look(migration_ports, host).empty());
    host.with_file("/etc/ufw/user.rules", "### tuple ### allow any any 0.0.0.0/0 any 10.0.0.0/24 in\n");
    EXPECT_TRUE(look(migration_ports, host).empty());
    host.with_file("/etc/ufw/user.rules", "### tuple ### allow tcp 22 0.0.0.0/0 any 0.0.0.0/0 in\n### tuple\n");
    EXPECT_FALSE(look(migration_ports, host).empty());
    host.with_file("/etc/ufw/ufw.conf", "ENABLED=no\n");
    EXPECT_TRUE(look(migration_ports, host).empty());
}

FakeHost with_bridge()
{
    auto host = healthy_node();
    host.with_directory("/sys/class/net/br0/bridge")
        .with_directory("/sys/class/net/br1/bridge")
        .with_directory("/sys/class/net/virbr0/bridge")
        .with_directory("/sys/class/net/eno1")
        .with_file("/proc/net/route", "Iface\tDestination\tGateway\nbr0\t00000000\t0100000A\nvirbr0\t007AA8C0\t0\n");
    return host;
}

TEST(BridgeDelete, IsNotKnownBeforeTheFrontendBroughtItsDrivers)
{
    const auto finding = only(look(bridge_delete, with_bridge()));
    EXPECT_EQ(finding.severity, Severity::not_checked);
    EXPECT_TRUE(holds(finding.message, "br0 carries this machine's address"));
}

TEST(BridgeDelete, IsNotHeldAgainstAJoinThatBringsNewDrivers)
{
    auto host = with_bridge();
    host.with_file(network_file, ":keep_empty_bridge: false\n");
    EXPECT_EQ(only(bridge_delete.run(healthy_facts(), host, {.joining = true})).severity, Severity::not_checked);
}

TEST(BridgeDelete, DependsOnWhatDriversAreTold)
{
    auto host = with_bridge();
    host.with_file(network_file, "---\n:keep_empty_bridge: true  # ours\n");
    EXPECT_TRUE(look(bridge_delete, host).empty());
    host.with_file(network_file, "---\n:keep_empty_bridge: false\n");
    EXPECT_TRUE(holds(only(look(bridge_delete, host)).message, "br0 carries"));
    host.with_file("/proc/net/route", "Iface\neno1\t00000000\n");
    EXPECT_TRUE(look(bridge_delete, host).empty());
    host.with_file("/proc/net/if_inet6", "fd000000000000000000000000000001 04 40 00 80      br1\n");
    EXPECT_TRUE(holds(only(look(bridge_delete, host)).message, "br1 carries"));
    host.with_file("/proc/net/if_inet6", "fe800000000000000000000000000001 04 40 20 80      br1\n");
    EXPECT_TRUE(look(bridge_delete, host).empty());
}

TEST(BridgeDelete, IsNoRiskWhereTwoDevicesStayInTheBridge)
{
    auto host = with_bridge();
    host.with_file(network_file, ":keep_empty_bridge: false\n")
        .with_directory("/sys/class/net/br0/brif/eno1")
        .with_directory("/sys/class/net/br0/brif/one-12-0")
        .with_directory("/sys/class/net/br0/brif/br0b");
    EXPECT_FALSE(look(bridge_delete, host).empty());
    host.with_directory("/sys/class/net/br0/brif/eno2");
    EXPECT_TRUE(look(bridge_delete, host).empty());
}

constexpr const char* guest_file = "/var/lib/one/datastores/0/12/vm.xml";

TEST(BridgeDelete, CannotBeIgnoredAndNamesAGuestThatWillTakeTheBridgeAlong)
{
    auto host = with_bridge();
    host.with_file(network_file, ":keep_empty_bridge: false\n")
        .with_file(guest_file, "<VM><TEMPLATE><NIC><BRIDGE>br0</BRIDGE><PHYDEV/></NIC>"
                               "<NIC><BRIDGE>br7</BRIDGE><PHYDEV>eno2</PHYDEV></NIC></TEMPLATE></VM>");
    const auto finding = only(look(bridge_delete, host));
    EXPECT_EQ(finding.severity, Severity::error) << "which networks name it, this machine does not know";
    EXPECT_FALSE(holds(finding.message, "a guest here uses it"));
    host.with_file(guest_file, "<VM><TEMPLATE><NIC><BRIDGE>br0</BRIDGE><PHYDEV>eno1</PHYDEV></NIC></TEMPLATE></VM>");
    EXPECT_TRUE(holds(only(look(bridge_delete, host)).message, "a guest here uses it"));
    const Check* const guard[] = {&bridge_delete};
    const auto reports = run_checks(guard, healthy_facts(), host, {}, {"all"});
    ASSERT_TRUE(reports);
    EXPECT_EQ(worst(*reports), Severity::error);
    host.with_file(guest_file, "no XML <");
    EXPECT_FALSE(holds(only(look(bridge_delete, host)).message, "a guest here uses it"));
}

TEST(Openvswitch, MustRunWhereItIsInstalled)
{
    auto host = healthy_node();
    host.with_program("ovs-vsctl");
    EXPECT_EQ(only(look(openvswitch, host)).fix, "systemctl enable --now openvswitch-switch");
    host.with_socket("/run/openvswitch/db.sock", 0750, 0, 0);
    EXPECT_TRUE(look(openvswitch, host).empty());
}

TEST(HostSysctls, TellWhenTheTableOfConnectionsIsNearlyFull)
{
    auto host = healthy_node();
    host.with_file("/proc/sys/net/netfilter/nf_conntrack_max", "262144\n")
        .with_file("/proc/sys/net/netfilter/nf_conntrack_count", "1000\n");
    EXPECT_TRUE(look(host_sysctls, host).empty());
    host.with_file("/proc/sys/net/netfilter/nf_conntrack_count", "252000\n");
    EXPECT_TRUE(holds(only(look(host_sysctls, host)).message, "96 % full"));
}

TEST(BridgeDelete, FindsGuestsWhereTheFrontendWantsTheDatastores)
{
    auto host = with_bridge();
    auto facts = healthy_facts();
    facts.datastores = "/srv/one";
    host.with_file(network_file, ":keep_empty_bridge: false\n")
        .with_file("/srv/one/0/12/vm.xml",
                   "<VM><TEMPLATE><NIC><BRIDGE>br0</BRIDGE><PHYDEV>eno1</PHYDEV></NIC></TEMPLATE></VM>");
    EXPECT_TRUE(holds(only(bridge_delete.run(facts, host, {})).message, "a guest here uses it"));
    EXPECT_FALSE(holds(only(look(bridge_delete, host)).message, "a guest here uses it"));
}

}  // namespace
}  // namespace onenode::checks
