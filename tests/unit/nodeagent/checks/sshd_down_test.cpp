// sshd-down, sshd-port, nologin-file
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

constexpr const char* refused = R"({"banner":"","problem":"Connection refused","refused":true})";
constexpr const char* silent = R"({"banner":"","problem":"no answer","refused":false})";
constexpr const char* banner = R"({"banner":"SSH-2.0-OpenSSH_9.2","problem":"","refused":false})";

FakeHost answering_ssh(const char* answer)
{
    auto host = healthy_node();
    host.answering({probe, "ssh"}, said(answer));
    return host;
}

TEST(SshdDown, TellsHowToStartAServerThatDoesNotListen)
{
    const auto finding = only(sshd_down.run(healthy_facts(), answering_ssh(refused), {}));
    EXPECT_EQ(finding.message, "no SSH server answers at 10.0.0.11:22: Connection refused");
    EXPECT_EQ(finding.fix, "systemctl enable --now ssh");
}

TEST(SshdDown, TellsHowToInstallAServer)
{
    auto host = answering_ssh(refused);
    host.without("/usr/sbin/sshd");
    EXPECT_EQ(only(sshd_down.run(healthy_facts(), host, {})).fix, "apt install openssh-server");
}

TEST(SshdDown, BlamesTheFirewallForSilence)
{
    EXPECT_TRUE(holds(only(sshd_down.run(healthy_facts(), answering_ssh(silent), {})).fix, "nft list ruleset"));
    auto host = answering_ssh(silent);
    host.with_program("firewall-cmd");
    EXPECT_TRUE(
        holds(only(sshd_down.run(healthy_facts(), host, {})).fix, "firewall-cmd --permanent --add-service=ssh"));
}

TEST(SshdDown, BlamesNoFirewallWhereTheCallWasTaken)
{
    const auto mute = answering_ssh(
        R"({"banner":"","problem":"it accepted the connection and said nothing","refused":false,"accepted":true})");
    EXPECT_EQ(only(sshd_down.run(healthy_facts(), mute, {})).fix,
              "journalctl -u ssh -n 20; uptime  # why is it stuck, or what keeps this machine so busy?");
}

TEST(SshdDown, TellsOfAnImageThatItsNextBootMakesItsKeysAndBlamesNoFirewall)
{
    auto host = answering_ssh(R"({"banner":"","problem":"it closed the connection at once","refused":false})");
    host.with_program("firewall-cmd")
        .with_directory("/run/systemd/system")
        .with_file("/etc/machine-id", "")
        .answering({"sshd", "-T"}, failed("sshd: no hostkeys available -- exiting.\r\n", 1));
    const auto finding = only(sshd_down.run(healthy_facts(), host, {}));
    EXPECT_TRUE(holds(finding.message, "this machine is an image (onenode prepare)")) << finding.message;
    EXPECT_EQ(finding.fix, "systemctl reboot");
}

TEST(SshdDown, IsContentWhenOneOfTheAddressesAnswers)
{
    auto facts = healthy_facts();
    facts.identity.addresses = {"192.0.2.1", "10.0.0.11"};
    auto host = healthy_node();
    host.answering({probe, "ssh", "192.0.2.1"}, said(refused));
    EXPECT_TRUE(sshd_down.run(facts, host, {}).empty());
}

TEST(SshdDown, IsNotCheckedWithoutItsHelper)
{
    auto host = healthy_node();
    host.without(probe);
    EXPECT_EQ(only(sshd_down.run(healthy_facts(), host, {})).severity, Severity::not_checked);
}

TEST(SshdDown, IsNotCheckedWhenTheHelperTalksNonsense)
{
    EXPECT_EQ(only(sshd_down.run(healthy_facts(), answering_ssh("welcome"), {})).severity, Severity::not_checked);
}

TEST(SshdPort, FindsAServerOnAnotherPortAndLetsItListenOn22Too)
{
    auto host = with_sshd(answering_ssh(refused), {{"port", "2222"}});
    host.answering({probe, "ssh", "10.0.0.11", "2222"}, said(banner));
    EXPECT_TRUE(sshd_down.run(healthy_facts(), host, {}).empty());
    const auto finding = only(sshd_port.run(healthy_facts(), host, {}));
    EXPECT_TRUE(holds(finding.message, "port 2222"));
    EXPECT_TRUE(holds(finding.fix, "echo 'Port 22' >/etc/ssh/sshd_config.d/00-onenode.conf"));
}

TEST(SshdPort, BelievesWhoAnswersMoreThanTheConfiguration)
{
    EXPECT_TRUE(sshd_port.run(healthy_facts(), with_sshd(healthy_node(), {{"port", "2222"}}), {}).empty());
}

TEST(SshdPort, IsNotCheckedWhereNobodyAnswers)
{
    EXPECT_EQ(only(sshd_port.run(healthy_facts(), answering_ssh(refused), {})).severity, Severity::not_checked);
}

TEST(NologinFile, QuotesWhyLoginsAreSwitchedOff)
{
    auto host = healthy_node();
    host.with_file("/etc/nologin", "maintenance until noon\n");
    const auto finding = only(nologin_file.run(healthy_facts(), host, {}));
    EXPECT_EQ(finding.message, "/etc/nologin lets nobody but root log in: maintenance until noon");
    EXPECT_EQ(finding.fix, "rm /etc/nologin");
}

}  // namespace
}  // namespace onenode::checks
