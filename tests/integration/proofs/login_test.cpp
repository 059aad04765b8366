// The login against a real sshd and the real ssh.
#include "frontend/proofs/named_login.hpp"
#include "frontend/proofs/pinned_login.hpp"
#include "tests/integration/proofs/proof_fixture.hpp"

#include <unistd.h>

namespace {

using stage::expect;
using stage::on_node;
using stage::start_sshd;
using std::chrono::milliseconds;

class Login : public stage::ProofOnStage {
protected:
    onefrontend::PinnedLogin pinned(int port, milliseconds limit) const
    {
        return {.address = stage::node_address,
                .port = port,
                .user = "oneadmin",
                .host_keys = node.ssh_host_keys,
                .ssh_directory = std::string{stage::home} + "/.ssh",
                .command = "true",
                .limit = limit};
    }
};

TEST_F(Login, ToAGoodNodeIsProvenBothWays)
{
    trust_node();
    const auto sshd = start_sshd();
    const auto report = prove_login();
    EXPECT_TRUE(onefrontend::all_proven(report.findings)) << stage::to_text(report.findings);
    EXPECT_TRUE(node.proofs.login_ok);
    EXPECT_EQ(node.proofs.ssh_client, stage::frontend_address);
    EXPECT_EQ(report.ssh_client, stage::frontend_address);
    for (const auto* id :
         {"ssh-login", "ssh-host-key", "ssh-name", "shell-noise", "sudo-refused", "clock", "ssh-unknown-key-accepted"})
        expect(report.findings, id, "ok");
}

TEST_F(Login, UsesTheAgentWhereTheKeyLiesNowhereElse)
{
    trust_node();
    config.ssh_auth_sock = "/mnt/agent.sock";
    stage::here("rm -f /mnt/agent.sock");
    const stage::Process agent{{"setpriv", "--reuid=oneadmin", "--regid=oneadmin", "--clear-groups", "ssh-agent", "-D",
                                "-a", "/mnt/frontend/agent.sock"}};
    config.ssh_auth_sock = "/mnt/home/agent.sock";
    stage::here("for try in $(seq 100); do [ -S /mnt/home/agent.sock ] && break; sleep 0.05; done\n"
                "SSH_AUTH_SOCK=/mnt/home/agent.sock ssh-add -q /mnt/oneadmin_key\nrm /mnt/home/.ssh/id_ed25519");
    const auto sshd = start_sshd();
    const auto report = prove_login();
    EXPECT_TRUE(node.proofs.login_ok) << stage::to_text(report.findings);
    expect(report.findings, "ssh-agent-forwarding", "ok");
    stage::here("rm -f /mnt/home/agent.sock");
}

TEST_F(Login, IsRefusedWhereAnotherHostKeyAnswers)
{
    trust_node();
    const auto sshd = start_sshd();
    node.ssh_host_keys = {stage::read("/mnt/other_key.pub")};
    const auto report = prove_login();
    expect(report.findings, "ssh-host-key", "error", "another machine answers there, or its host keys changed");
    expect(report.findings, "ssh-host-key", "error", "SHA256:");
    expect(report.findings, "ssh-login", "not-checked");
    expect(report.findings, "ssh-name", "not-checked");
    EXPECT_FALSE(node.proofs.login_ok);
}

TEST_F(Login, ByNameIsRefusedWhereThePinsOfTheFrontEndAreOfAnotherKey)
{
    auto other = node;
    other.ssh_host_keys = {stage::read("/mnt/other_key.pub")};
    ASSERT_TRUE(onefrontend::write_ssh_trust(config, {other}));
    const auto sshd = start_sshd();
    const auto report = prove_login();
    expect(report.findings, "ssh-login", "ok");
    EXPECT_EQ(onefrontend::find(report.findings, "ssh-name").id, "");
    EXPECT_TRUE(stage::to_text(report.findings).find("error ssh-host-key: front-end -> node, ssh node1") !=
                std::string::npos)
        << stage::to_text(report.findings);
}

TEST_F(Login, TellsTypesOfHostKeysThatSshdDoesNotHave)
{
    const auto sshd = start_sshd();
    stage::here("rm -f /mnt/rsa_key*; ssh-keygen -q -t rsa -b 3072 -N '' -f /mnt/rsa_key");
    node.ssh_host_keys = {stage::read("/mnt/rsa_key.pub")};
    expect(prove_login().findings, "ssh-host-key", "error", "no host key of the types");
}

// OpenNebula's wrapper around ssh leaves a master connection open; a login over it would prove nothing.
TEST_F(Login, IsNotProvenByAConnectionThatSomebodyLeftOpen)
{
    stage::here("mkdir -p /mnt/override /run/socks; chown oneadmin: /run/socks\n"
                "printf '#!/bin/sh\\ncase \"$*\" in *ControlMaster*) exec /usr/bin/ssh \"$@\";; esac\\n"
                "exec /usr/bin/ssh -o ControlMaster=auto \"$@\"\\n' > /mnt/override/ssh; chmod 0755 /mnt/override/ssh\n"
                "printf 'Host *\\n  ControlPersist 20s\\n  ControlPath /run/socks/%%C\\n' >> /mnt/home/.ssh/config");
    config.ssh_override_path = "/mnt/override";
    trust_node();
    const auto sshd = start_sshd();
    expect(rehearse().findings, "probes", "ok");
    stage::here("[ -n \"$(ls /run/socks)\" ]");

    auto other = node;
    other.ssh_host_keys = {stage::read("/mnt/other_key.pub")};
    ASSERT_TRUE(onefrontend::write_ssh_trust(config, {other}));
    const auto report = prove_login();
    EXPECT_NE(stage::to_text(report.findings).find("error ssh-host-key: front-end -> node, ssh node1"),
              std::string::npos)
        << stage::to_text(report.findings);
    stage::here("for master in /run/socks/*; do setpriv --reuid=oneadmin --regid=oneadmin --clear-groups "
                "ssh -S $master -O exit node1 2>/dev/null; done; true");
}

TEST_F(Login, NamesARefusedKey)
{
    trust_node();
    const auto sshd = start_sshd();
    on_node(": > /mnt/home/.ssh/authorized_keys");
    const auto report = prove_login();
    expect(report.findings, "ssh-login", "error", "sshd refused oneadmin's key");
    expect(report.findings, "ssh-login", "error", "front-end -> node 10.77.0.5 port 22/tcp");
}

TEST_F(Login, NamesAnSshdThatWantsMoreThanAKey)
{
    const auto sshd =
        start_sshd("AuthenticationMethods publickey,keyboard-interactive\nKbdInteractiveAuthentication yes\n");
    expect(prove_login().findings, "ssh-login", "error", "sshd wants more than oneadmin's key");
}

TEST_F(Login, CountsTheNoiseOfTheShell)
{
    trust_node();
    const auto sshd = start_sshd();
    stage::write(std::string{stage::node_home} + "/.bashrc", "echo 'Welcome to node1'\n");
    const auto report = prove_login();
    expect(report.findings, "shell-noise", "error", "prints 17 bytes before any command: \"Welcome to node1\"");
    EXPECT_FALSE(node.proofs.login_ok);
}

TEST_F(Login, QuotesSudo)
{
    trust_node();
    const auto sshd = start_sshd();
    on_node("printf 'root ALL=(ALL:ALL) ALL\\n' > /etc/sudoers");
    expect(prove_login().findings, "sudo-refused", "error", "a password is required");
}

TEST_F(Login, NamesAForcedCommand)
{
    trust_node();
    const auto sshd = start_sshd("ForceCommand echo menu\n");
    expect(prove_login().findings, "ssh-login", "error", "instead of the nonce");
    expect(prove_login().findings, "ssh-login", "error", "forced command");
}

TEST_F(Login, NamesAFileThatOneadminMayNotRead)
{
    trust_node();
    const auto sshd = start_sshd();
    stage::here("install -m 0600 /dev/null /run/onenode/login-nonce");
    expect(prove_login().findings, "ssh-login", "error", "instead of the nonce");
}

TEST_F(Login, WarnsWhereSshdForwardsNoAgent)
{
    trust_node();
    const auto sshd = start_sshd("AllowAgentForwarding no\n");
    const auto report = prove_login();
    expect(report.findings, "ssh-agent-forwarding", "warning");
    EXPECT_TRUE(node.proofs.login_ok) << stage::to_text(report.findings);
}

TEST_F(Login, FindsThatUnknownKeysWouldBeAccepted)
{
    stage::write(std::string{stage::home} + "/.ssh/config", "Host *\n  StrictHostKeyChecking accept-new\n");
    const auto sshd = start_sshd();
    expect(prove_login().findings, "ssh-unknown-key-accepted", "error", "accepts a host key that it does not know");
}

TEST_F(Login, GoesNowhereThatANodeMustNotSendIt)
{
    for (const auto* address :
         {"127.0.0.1", "::1", "169.254.169.254", "fe80::1", "0.0.0.0", "::ffff:127.0.0.1", "not-an-address"}) {
        node.address = address;
        const auto report = prove_login();
        expect(report.findings, "ssh-login", "error");
        EXPECT_FALSE(node.proofs.login_ok);
    }
}

TEST_F(Login, ByNameDoesNotFollowANameThatWasBent)
{
    const auto sshd = start_sshd();
    node.name = "bent";
    trust_node();
    const auto report = prove_login();
    expect(report.findings, "ssh-login", "ok");
    expect(report.findings, "host-name-elsewhere", "error", "127.0.0.1");
    expect(report.findings, "ssh-name", "not-checked");
}

TEST_F(Login, ToANameThatIsUnknownHereSaysSo)
{
    const auto sshd = start_sshd();
    node.name = "node9";
    expect(prove_login().findings, "host-name-unknown", "error");
}

TEST_F(Login, FindsAHostWithCapitalsInItsName)
{
    const auto sshd = start_sshd();
    node.name = "Node-Upper";
    trust_node();
    const auto report = prove_login();
    EXPECT_TRUE(node.proofs.login_ok) << stage::to_text(report.findings);
}

TEST_F(Login, TellsRefusedFromSilentFromUnreachable)
{
    const auto refused = onefrontend::log_in_pinned(pinned(22, milliseconds{1000}));
    ASSERT_FALSE(refused);
    EXPECT_NE(to_line(refused.error()).find("the node refused"), std::string::npos) << to_line(refused.error());

    on_node("nft add table ip stage; nft add chain ip stage in '{ type filter hook input priority 0; }'; "
            "nft add rule ip stage in tcp dport 22 drop");
    const auto silent = onefrontend::log_in_pinned(pinned(22, milliseconds{600}));
    on_node("nft delete table ip stage");
    ASSERT_FALSE(silent);
    EXPECT_EQ(silent.error().kind, one::ErrorKind::timeout);
    EXPECT_NE(to_line(silent.error()).find("no answer at all"), std::string::npos) << to_line(silent.error());

    auto nowhere = pinned(22, milliseconds{1000});
    nowhere.address = "192.0.2.1";
    const auto unreachable = onefrontend::log_in_pinned(nowhere);
    ASSERT_FALSE(unreachable);
    EXPECT_NE(to_line(unreachable.error()).find("no route"), std::string::npos) << to_line(unreachable.error());
}

TEST_F(Login, EndsWhereSshdNeverSpeaks)
{
    const int silent = stage::listen_on_node(2222);
    const auto start = std::chrono::steady_clock::now();
    const auto answer = onefrontend::log_in_pinned(pinned(2222, milliseconds{500}));
    EXPECT_LT(std::chrono::steady_clock::now() - start, milliseconds{3000});
    ::close(silent);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, one::ErrorKind::timeout) << to_line(answer.error());
    EXPECT_NE(to_line(answer.error()).find("its greeting"), std::string::npos) << to_line(answer.error());
}

TEST_F(Login, ByNameEndsWhereTheShellHangs)
{
    trust_node();
    const auto sshd = start_sshd();
    stage::write(std::string{stage::node_home} + "/.bashrc", "sleep 30\n");
    const onefrontend::ExpectedNode expected{.name = node.name,
                                             .address = node.address,
                                             .user = "oneadmin",
                                             .nonce = "x",
                                             .nonce_file = "/run/onenode/login-nonce",
                                             .limit = milliseconds{1500}};
    expect(onefrontend::judge_named_logins(onefrontend::log_in_by_name(config, expected), expected).findings,
           "ssh-name", "error", "the login hangs");
}

TEST_F(Login, CommandsThatTheLoginDoesNotFindAreNamed)
{
    trust_node();
    on_node("mkdir -p /mnt/bin; ln -sf /bin/bash /bin/sh /bin/cat /usr/bin/head /usr/bin/tail /bin/date /bin/true "
            "/usr/bin/sudo /mnt/bin/");
    const auto sshd = start_sshd("SetEnv PATH=/mnt/bin\n");
    const auto report = prove_login();
    expect(report.findings, "command-rsync", "error", "finds no rsync");
    expect(report.findings, "command-ruby", "error", "finds no ruby");
    expect(report.findings, "command-bash", "ok");
}

}  // namespace
