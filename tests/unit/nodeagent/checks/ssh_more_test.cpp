// sshd-max-startups, sshd-socket-activation, sshd-unread, host-key-type, ssh-crypto, ssh-ban
#include "tests/unit/nodeagent/checks/healthy.hpp"

#include "common/text/encoding.hpp"
#include "common/text/words.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace onenode::checks {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

Findings told(const Check& check, FakeHost host, const Lines& lines)
{
    return check.run(healthy_facts(), with_sshd(std::move(host), lines), {});
}

std::string field(const std::string& bytes)
{
    const auto size = static_cast<unsigned>(bytes.size());
    return std::string{'\0', '\0', static_cast<char>(size / 256), static_cast<char>(size % 256)} + bytes;
}

std::string rsa_line(std::size_t bits)
{
    const auto blob =
        field("ssh-rsa") + field("\x01\x01") + field(std::string(1, '\0') + std::string(bits / 8, '\x7f'));
    return fmt::format("ssh-rsa {} one\n", one::to_base64(blob));
}

FakeHost with_key(const std::string& text)
{
    auto host = healthy_node();
    host.with_file("/var/lib/one/.ssh/authorized_keys", text, 0600, 9869, 9869);
    return host;
}

TEST(SshdMaxStartups, TellsOnlyWhatIsStricterThanOpensshItself)
{
    const auto finding = only(told(sshd_max_startups, healthy_node(), {{"maxstartups", "10:30:60"}}));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_TRUE(holds(finding.fix, "sed -i '/^ *MaxStartups/Id' && systemctl restart ssh"));
    EXPECT_TRUE(holds(only(told(sshd_max_startups, healthy_node(), {{"maxsessions", "4"}})).message, "4 sessions"));
    EXPECT_TRUE(told(sshd_max_startups, healthy_node(), {{"maxstartups", "30:30:100"}}).empty());
    EXPECT_TRUE(told(sshd_max_startups, healthy_node(), {{"maxstartups", ""}, {"maxsessions", ""}}).empty());
}

FakeHost with_edited(std::vector<std::string> files)
{
    auto host = healthy_node();
    host.with_file("/run/sshd.pid", "77\n")
        .with_file("/etc/ssh/sshd_config", "")
        .answering({"find", "-L", "/etc/ssh/sshd_config", "-cnewer", "/run/sshd.pid", "(", "-type", "d", "-o", "-name",
                    "sshd_config", "-o", "-name", "*.conf", ")", "!", "-name", "00-onenode*"},
                   {.out = files.empty() ? "" : one::join(files, "\n") + "\n"});
    return host;
}

TEST(SshdUnread, IsAnErrorOfAJoinThatNobodyAskedToReloadIt)
{
    const auto host = with_edited({"/etc/ssh/sshd_config"});
    EXPECT_EQ(only(sshd_unread.run(healthy_facts(), host, {})).severity, Severity::warning);
    const auto finding = only(sshd_unread.run(healthy_facts(), host, {.joining = true}));
    EXPECT_EQ(finding.severity, Severity::error);
    EXPECT_TRUE(holds(finding.message, "has not read /etc/ssh/sshd_config since somebody changed it: a join reloads"));
    EXPECT_TRUE(holds(finding.fix, "sshd -t && systemctl reload ssh; or join with --accept-risk=reload-sshd"));
    const auto accepted = with_risks(healthy_facts(), {"reload-sshd"});
    EXPECT_EQ(sshd_unread.run(accepted, host, {.joining = true}), left_to_join());
}

TEST(SshdUnread, IsFineWhereNothingWasEditedOrNoDaemonRuns)
{
    EXPECT_EQ(sshd_unread.run(healthy_facts(), with_edited({}), {}), Findings{});
    EXPECT_EQ(sshd_unread.run(healthy_facts(), with_edited({"/etc/ssh/sshd_config"}).without("/run/sshd.pid"), {}),
              Findings{});
}

TEST(SshdUnread, IsNotCheckedWhereNobodyCanLook)
{
    auto host = healthy_node();
    host.with_file("/run/sshd.pid", "77\n").with_file("/etc/ssh/sshd_config", "");
    EXPECT_EQ(only(sshd_unread.run(healthy_facts(), host, {.joining = true})).severity, Severity::not_checked);
}

TEST(SshdSocketActivation, IsToldWhereAPortOfSshdConfigCountsForNothing)
{
    auto host = healthy_node();
    host.with_link("/etc/systemd/system/sockets.target.wants/ssh.socket", "/lib/systemd/system/ssh.socket");
    EXPECT_TRUE(told(sshd_socket_activation, host, {}).empty());
    EXPECT_TRUE(holds(only(told(sshd_socket_activation, host, {{"port", "2222"}})).message, "Port 2222"));
    EXPECT_TRUE(holds(only(told(sshd_socket_activation, host, {{"listenaddress", "10.0.0.5:22"}})).message,
                      "ListenAddress 10.0.0.5:22"));
}

TEST(SshdSocketActivation, IsFineOnUbuntuWhichMakesTheSocketFromSshdConfig)
{
    auto host = healthy_node();
    host.with_link("/etc/systemd/system/sockets.target.wants/ssh.socket", "/lib/systemd/system/ssh.socket")
        .with_program("sshd-socket-generator", "/usr/lib/systemd/system-generators");
    EXPECT_TRUE(told(sshd_socket_activation, host, {{"port", "2222"}}).empty());
}

TEST(HostKeyType, TellsOfAKeyThatIsEmptyOrOpenToOthers)
{
    auto host = healthy_node();
    host.with_file("/etc/ssh/ssh_host_rsa_key", "", 0600);
    EXPECT_EQ(
        only(told(host_key_type, host, {})).fix,
        "rm -f /etc/ssh/ssh_host_rsa_key /etc/ssh/ssh_host_rsa_key.pub && ssh-keygen -A && systemctl restart ssh");
    host.with_file("/etc/ssh/ssh_host_rsa_key", "key", 0644);
    EXPECT_TRUE(holds(only(told(host_key_type, host, {})).message, "mode 0644"));
}

TEST(HostKeyType, LetsRedHatsGroupReadThem)
{
    auto host = healthy_node();
    host.with_group({.name = "ssh_keys", .gid = 995}).with_file("/etc/ssh/ssh_host_rsa_key", "key", 0640, 0, 995);
    EXPECT_TRUE(told(host_key_type, host, {}).empty());
    host.with_file("/etc/ssh/ssh_host_rsa_key", "key", 0640, 0, libvirt_gid);
    EXPECT_EQ(told(host_key_type, host, {}).size(), 1U);
}

TEST(HostKeyType, MakesNewOnesWhereNoKeyIsLeft)
{
    auto host = healthy_node();
    host.without("/etc/ssh/ssh_host_ed25519_key");
    EXPECT_EQ(only(told(host_key_type, host, {})).fix, "ssh-keygen -A && systemctl restart ssh");
    EXPECT_TRUE(holds(only(told(host_key_type, host, {})).message, "will not start again"));
}

TEST(SshCrypto, RefusesTheFrontendsKeyAsThePolicyDoes)
{
    const auto host = with_key("# begin onenode\n" + rsa_line(2048) + "# end onenode\n");
    EXPECT_TRUE(told(ssh_crypto, host, {}).empty());
    const auto refused = only(told(ssh_crypto, host, {{"pubkeyacceptedalgorithms", "ssh-ed25519,ssh-rsa"}}));
    EXPECT_EQ(refused.severity, Severity::error);
    EXPECT_TRUE(holds(refused.message, "sshd accepts no key of type ssh-rsa"));
    EXPECT_TRUE(holds(refused.fix, "PubkeyAcceptedAlgorithms +rsa-sha2-512,rsa-sha2-256"));
    EXPECT_TRUE(holds(only(told(ssh_crypto, host, {{"requiredrsasize", "3072"}})).message, "under 3072 bits"));
    EXPECT_TRUE(holds(only(told(ssh_crypto, host, {{"requiredrsasize", "3072"}})).message, "this one has 2048"));
}

TEST(SshCrypto, OnlyWarnsOfKeysThatMayBeAnybodys)
{
    EXPECT_EQ(only(told(ssh_crypto, with_key(rsa_line(1024)), {{"requiredrsasize", "2048"}})).severity,
              Severity::warning);
}

TEST(SshCrypto, KnowsBeforeTheFirstKeyThatRsaIsRefused)
{
    auto host = healthy_node();
    host.with_program("update-crypto-policies");
    const auto finding = only(told(ssh_crypto, host, {{"pubkeyacceptedalgorithms", "ssh-ed25519"}}));
    EXPECT_EQ(finding.severity, Severity::warning);
    EXPECT_TRUE(holds(finding.fix, "update-crypto-policies --set DEFAULT"));
}

TEST(SshCrypto, AsksAnOldSshdByTheOldNameAndIsNotCheckedWithoutAny)
{
    EXPECT_TRUE(
        told(ssh_crypto, healthy_node(), {{"pubkeyacceptedalgorithms", ""}, {"pubkeyacceptedkeytypes", "rsa-sha2-256"}})
            .empty());
    EXPECT_EQ(only(told(ssh_crypto, healthy_node(), {{"pubkeyacceptedalgorithms", ""}})).severity,
              Severity::not_checked);
}

TEST(SshBan, FindsTheFrontendAmongTheBanned)
{
    auto host = healthy_node();
    const CheckContext context{.frontend_addresses = {"10.0.0.1"}};
    EXPECT_TRUE(ssh_ban.run(healthy_facts(), host, context).empty());
    host.with_process({.pid = 7, .argv = {"/usr/bin/python3", "/usr/bin/fail2ban-server", "-xf", "start"}});
    EXPECT_EQ(only(ssh_ban.run(healthy_facts(), host, context)).severity, Severity::not_checked);
    host.answering({"fail2ban-client", "banned"}, said("[{'sshd': ['10.0.0.11']}]\n"));
    EXPECT_TRUE(ssh_ban.run(healthy_facts(), host, context).empty());
    host.answering({"fail2ban-client", "banned"}, said("[{'sshd': ['10.0.0.11', '10.0.0.1']}]\n"));
    EXPECT_TRUE(holds(only(ssh_ban.run(healthy_facts(), host, context)).fix, "fail2ban-client unban 10.0.0.1"));
}

}  // namespace
}  // namespace onenode::checks
