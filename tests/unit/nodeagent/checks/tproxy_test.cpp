// tproxy-gems, tproxy-sudo, tproxy-dns, tproxy-silent-exit, tproxy-entries, tproxy-bridge, tproxy-endpoints, tproxy-arp
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

constexpr const char* network_file = "/var/tmp/one/etc/vnm/OpenNebulaNetwork.conf";

Findings look(const Check& check, const FakeHost& host)
{
    return check.run(healthy_facts(), host, {});
}

constexpr const char* two_services = "---\n:vxlan_ttl: 16\n#:tproxy:\n:tproxy:\n- :service_port: 5030\n"
                                     "  :remote_addr: gate.example.com  # OneGate\n  :remote_port: 5030\n"
                                     "  :networks: [vnet1, 0]\n- :service_port: 2633\n  :remote_addr: \"fd00::1\"\n"
                                     "  :remote_port: 2633\n- :service_port: 9\n:vxlan_mtu: 1500\n";

FakeHost with_proxy()
{
    auto host = healthy_node();
    host.with_file(network_file, two_services).with_program("nsenter").with_file("/var/tmp/one/vnm/tproxy", "");
    return host;
}

TEST(TproxyGems, AreAskedForOnlyWhereAProxyIsSetUp)
{
    auto host = with_proxy();
    EXPECT_TRUE(look(tproxy_gems, host).empty());
    host.answering({"ruby", "-e"}, said("async/io (cannot load such file -- async/io)\n"));
    EXPECT_EQ(only(look(tproxy_gems, host)).fix, "apt install opennebula-rubygems");
    EXPECT_TRUE(look(tproxy_gems, healthy_node()).empty());
    host.without("/usr/bin/nsenter");
    EXPECT_TRUE(holds(only(look(tproxy_gems, host)).message, "nsenter"));
    host.without("/usr/sbin/nft");
    EXPECT_TRUE(holds(only(look(tproxy_gems, host)).message, "/usr/sbin/nft"));
    host.without("/var/tmp/one/vnm/tproxy");
    EXPECT_TRUE(holds(only(look(tproxy_gems, host)).message, "has no /var/tmp/one/vnm/tproxy"));
}

constexpr const char* in_namespace = "/var/tmp/one/vnm/ip_netns_exec";

FakeHost with_proxy_in_a_namespace()
{
    auto host = with_proxy();
    host.with_file(in_namespace, "")
        .answering({"env", "NETNS=one_tproxy", "sudo"},
                   failed("Cannot open network namespace \"one_tproxy\": No such file or directory\n"));
    return host;
}

TEST(TproxySudo, NamesWhatSudoRefusesOneadmin)
{
    auto host = with_proxy_in_a_namespace();
    EXPECT_TRUE(look(tproxy_sudo, host).empty());
    host.answering({"sudo", "-n", "-l", "/var/tmp/one/vnm/tproxy"}, failed("sudo: a password is required\n"))
        .answering({"sudo", "-n", "-l", in_namespace}, failed("sudo: a password is required\n"));
    EXPECT_EQ(only(look(tproxy_sudo, host)).message,
              "sudo does not let oneadmin run /var/tmp/one/vnm/tproxy, /var/tmp/one/vnm/ip_netns_exec ip link show");
    EXPECT_TRUE(tproxy_sudo.run(healthy_facts(), host, {.joining = true}).empty()) << "the join writes the rules";
    for (const auto& command : host.looked())
        EXPECT_TRUE(command.argv.front() != "sudo" || command.user == "oneadmin");
}

TEST(TproxySudo, SeesThatSudoDropsTheNameOfTheNamespace)
{
    auto host = with_proxy_in_a_namespace();
    host.answering({"env", "NETNS=one_tproxy", "sudo"},
                   failed("sudo: sorry, you are not allowed to set the following environment variables: NETNS\n"));
    const auto finding = only(look(tproxy_sudo, host));
    EXPECT_TRUE(holds(finding.message, "pass NETNS to the transparent proxy's namespace: sudo: sorry"))
        << finding.message;
    EXPECT_TRUE(holds(finding.fix, "NOPASSWD:SETENV:"));
}

TEST(TproxySudo, AsksForNothingThatAnOlderDriverDoesNotUse)
{
    auto host = with_proxy();
    host.answering({"sudo", "-n", "-l"}, failed("sudo: a password is required\n"));
    EXPECT_TRUE(look(tproxy_sudo, host).empty());
}

TEST(TproxySudo, IsNotCheckedWhereSudoDoesNotAnswer)
{
    auto host = with_proxy_in_a_namespace();
    host.answering({"sudo", "-n", "-l", "/var/tmp/one/vnm/tproxy"},
                   Error{.kind = ErrorKind::timeout, .thing = "sudo", .reason = "it did not end", .doing = "run"});
    EXPECT_EQ(only(look(tproxy_sudo, host)).severity, Severity::not_checked);
}

TEST(TproxyDns, WantsAnIpv4Address)
{
    auto host = with_proxy();
    host.with_name("gate.example.com", {"fd00::2", "10.0.0.1"});
    const auto finding = only(look(tproxy_dns_ipv6, host));
    EXPECT_TRUE(holds(finding.message, "passes over remote_addr fd00::1"));
    EXPECT_EQ(finding.object, "2633");
    host.with_name("gate.example.com", {"fd00::2"});
    EXPECT_EQ(look(tproxy_dns_ipv6, host).size(), 2U);
    host.with_dead_name_server();
    EXPECT_EQ(only(look(tproxy_dns_ipv6, host)).severity, Severity::not_checked);
}

TEST(TproxyRemote, NamesAServiceThatCannotBeReachedFromHere)
{
    auto host = with_proxy();
    host.with_name("gate.example.com", {"10.0.0.1"});
    EXPECT_EQ(look(tproxy_remote, host), Findings{});
    host.answering({probe, "tcp", "10.0.0.1", "5030"}, said(R"({"problem":"Connection refused","refused":true})"));
    const auto refused = only(look(tproxy_remote, host));
    EXPECT_EQ(refused.object, "5030");
    EXPECT_TRUE(holds(refused.message, "10.0.0.1 port 5030 cannot be reached: Connection refused"));
    EXPECT_TRUE(holds(refused.fix, "must listen on 10.0.0.1 port 5030"));
    host.answering({probe, "tcp", "10.0.0.1", "5030"}, said(R"({"problem":"no answer","refused":false})"));
    EXPECT_TRUE(holds(only(look(tproxy_remote, host)).fix, "a firewall or a route"));
}

TEST(TproxyRemote, IsNothingWithoutAProxy)
{
    EXPECT_EQ(look(tproxy_remote, healthy_node()), Findings{});
}

TEST(TproxyDns, TakesNamesSinceSevenFour)
{
    auto host = with_proxy();
    host.with_name("gate.example.com", {"10.0.0.1"}).with_file("/var/tmp/one/VERSION", "7.4.0");
    EXPECT_EQ(look(tproxy_dns_ipv6, host).size(), 1U);
    host.with_file("/var/tmp/one/VERSION", "7.2.0\n");
    EXPECT_TRUE(holds(look(tproxy_dns_ipv6, host).front().message, "before 7.4 OpenNebula takes no names"));
}

TEST(TproxySilentExit, FindsABridgeWhoseProxyIsGone)
{
    auto host = healthy_node();
    host.with_file("/run/netns/one_tproxy_br0", "").with_file("/run/netns/other", "");
    EXPECT_TRUE(holds(only(look(tproxy_silent_exit, host)).message, "of bridge br0 does not run"));
    host.with_process({.pid = 8, .argv = {"one_tproxy"}}).with_process({.pid = 9, .argv = {"one_tproxy_br0"}});
    EXPECT_TRUE(look(tproxy_silent_exit, host).empty());
}

constexpr const char* one_service = ":tproxy:\n- :service_port: 5030\n  :remote_addr: 10.0.0.1\n  :remote_port: 5030\n";

std::string guest_of(const std::string& driver)
{
    return "<VM><TEMPLATE><NIC><NIC_ID>0</NIC_ID><NETWORK>front</NETWORK><VN_MAD>" + driver +
           "</VN_MAD></NIC></TEMPLATE></VM>";
}

FakeHost with_guest(const std::string& bridge, const std::string& driver)
{
    auto host = healthy_node();
    host.with_file(network_file, one_service).with_directory("/sys/class/net/" + bridge + "/bridge");
    host.with_file("/sys/class/net/" + bridge + "/brif/one-7-0", "").with_directory("/sys/class/net/one-7-0");
    host.with_file("/var/lib/one/datastores/0/7/vm.xml", guest_of(driver));
    host.answering({"/usr/sbin/nft"}, CommandOutput{.exit_code = 1, .err = "No such file or directory"});
    return host;
}

TEST(TproxyEntries, TellsOfThoseThatOpenNebulaPassesOver)
{
    auto host = healthy_node();
    EXPECT_TRUE(look(tproxy_entries, host).empty());
    host.with_file(network_file, one_service);
    EXPECT_TRUE(look(tproxy_entries, host).empty());
    host.with_file(network_file, two_services);
    EXPECT_TRUE(holds(only(look(tproxy_entries, host)).message, "lacks service_port"));
    const std::string twice = std::string{one_service} + "- :service_port: 5030\n  :remote_addr: 10.0.0.2\n"
                                                         "  :remote_port: 5030\n";
    host.with_file(network_file, twice);
    EXPECT_TRUE(holds(only(look(tproxy_entries, host)).message, "10.0.0.2:5030 is never used"));
    host.with_file(network_file, ":tproxy:\n- :service_port: x\n  :remote_addr: a\n  :remote_port: 99999\n");
    EXPECT_TRUE(holds(only(look(tproxy_entries, host)).message, "its ports are no numbers"));
    host.with_file(network_file, ":tproxy: [{}]\n");
    EXPECT_EQ(only(look(tproxy_entries, host)).severity, Severity::not_checked);
}

TEST(TproxyBridge, NamesBridgesWhereItCannotWork)
{
    EXPECT_TRUE(look(tproxy_bridge, with_guest("br0", "bridge")).empty());
    const auto host = with_guest("onebr-of-fifteen", "vxlan");
    EXPECT_TRUE(holds(only(look(tproxy_bridge, host)).message, "has 16 characters"));
    EXPECT_TRUE(look(tproxy_bridge, with_guest("onebr-of-fifteen", "dummy")).empty());
}

TEST(TproxyBridge, NamesNetworksOfOpenVSwitch)
{
    EXPECT_TRUE(holds(only(look(tproxy_bridge, with_guest("br0", "ovswitch"))).message,
                      "guests of network front reach no OneGate"));
}

TEST(TproxyEndpoints, FindsAFlushedRuleset)
{
    auto host = with_guest("br0", "bridge");
    host.with_file("/run/netns/one_tproxy_br0", "").with_file("/sys/class/net/br0/brif/br0b", "");
    host.with_directory("/sys/class/net/br0b");
    const auto finding = only(look(tproxy_endpoints, host));
    EXPECT_TRUE(holds(finding.message, "nftables has forgotten"));
    EXPECT_EQ(finding.object, "br0");
    host.answering(
        {"/usr/sbin/nft", "-j", "list", "table", "ip"},
        said(R"({"nftables": [{"map": {"name": "ep_br0", "elem": [[5030, {"concat": ["10.0.0.1", 5030]}]]}}]})"));
    EXPECT_TRUE(look(tproxy_endpoints, host).empty());
    host.answering({"/usr/sbin/nft"}, CommandOutput{.exit_code = 1, .err = "Operation not permitted"});
    EXPECT_EQ(only(look(tproxy_endpoints, host)).severity, Severity::not_checked);
}

TEST(TproxyArp, FindsANamespaceThatDoesNotAnswer)
{
    auto host = healthy_node();
    host.with_file("/run/netns/one_tproxy_br0", "");
    host.answering({"nsenter", "--net=/run/netns/one_tproxy_br0", "sysctl"}, said("1\n"));
    EXPECT_TRUE(holds(only(look(tproxy_arp, host)).message, "arp_ignore is 1 in the namespace one_tproxy_br0"));
    host.answering({"nsenter", "--net=/run/netns/one_tproxy_br0", "sysctl"}, said("0\n"));
    EXPECT_TRUE(look(tproxy_arp, host).empty());
}

}  // namespace
}  // namespace onenode::checks
