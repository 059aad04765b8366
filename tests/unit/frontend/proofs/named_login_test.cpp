#include "frontend/proofs/named_login.hpp"

#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using one::CommandOutput;

const ExpectedNode node1{
    .name = "node1", .address = "10.0.0.5", .user = "oneadmin", .nonce = "abc", .nonce_file = "/run/onenode/n"};

std::string told(const std::string& key, const std::string& value)
{
    return "onenode-proof:" + key + ' ' + value + '\n';
}

std::string good_answer()
{
    return told("begin", "") + told("client", "10.0.0.1 4711 22") + told("nonce", "abc") + told("umask", "0022") +
           told("agent", "/tmp/ssh-x/agent.1") + told("sudo", "yes") + told("command", "rsync /usr/bin/rsync") +
           told("command", "ruby /usr/bin/ruby") + told("command", "bash /usr/bin/bash") + told("time", "1000") +
           told("end", "");
}

std::string replaced(std::string text, const std::string& old, const std::string& other)
{
    return text.replace(text.find(old), old.size(), other);
}

NamedLogins logins(std::string answer = good_answer())
{
    return {.quiet = CommandOutput{},
            .took = std::chrono::milliseconds{210},
            .answer = CommandOutput{.out = std::move(answer)},
            .stranger = CommandOutput{.exit_code = 255, .err = "Host key verification failed.\n"},
            .before = 1000,
            .after = 1001,
            .agent_here = true};
}

Findings judged(const NamedLogins& logins)
{
    return judge_named_logins(logins, node1).findings;
}

Findings after_failure(int exit_code, std::string standard_error)
{
    return judged({.quiet = CommandOutput{.exit_code = exit_code, .err = std::move(standard_error)}});
}

TEST(NamedLogin, ReportsTheGoodThingsToo)
{
    const auto verdict = judge_named_logins(logins(), node1);
    EXPECT_TRUE(all_proven(verdict.findings));
    EXPECT_EQ(verdict.ssh_client, "10.0.0.1");
    for (const auto* id : {"ssh-name", "shell-noise", "sudo-refused", "command-rsync", "clock",
                           "ssh-unknown-key-accepted", "ssh-agent-forwarding", "ssh-slow-login", "oneadmin-umask"})
        EXPECT_EQ(find(verdict.findings, id).severity, "ok") << id;
}

TEST(NamedLogin, TellsEveryIdEvenWhereNobodyGotIn)
{
    const auto findings = after_failure(255, "ssh: Could not resolve hostname node1: Name or service not known\n");
    EXPECT_TRUE(says(find(findings, "ssh-name"), "cannot resolve node1"));
    for (const auto& finding : judged(logins()))
        EXPECT_FALSE(find(findings, finding.id).id.empty()) << finding.id;
}

TEST(NamedLogin, CallsAForeignHostKeyByItsName)
{
    EXPECT_EQ(find(after_failure(
                       255, "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.\n"),
                   "ssh-host-key")
                  .severity,
              "error");
}

TEST(NamedLogin, PointsToThePortWhereSshdListensElsewhere)
{
    ExpectedNode moved = node1;
    moved.ssh_port = 2222;
    const NamedLogins refused{
        .quiet = CommandOutput{.exit_code = 255, .err = "ssh: connect to host node1 port 22: Connection refused\n"}};
    EXPECT_NE(find(judge_named_logins(refused, moved).findings, "ssh-name").fix.find("Port 2222"), std::string::npos);
}

TEST(NamedLogin, TellsALoginThatHangs)
{
    const NamedLogins hanging{.quiet = one::fail({.kind = one::ErrorKind::timeout, .thing = "ssh"})};
    EXPECT_TRUE(says(find(judged(hanging), "ssh-name"), "hangs"));
}

TEST(NamedLogin, TellsAShellThatRefuses)
{
    const NamedLogins nologin{.quiet =
                                  CommandOutput{.exit_code = 1, .out = "This account is currently not available.\n"}};
    EXPECT_TRUE(says(find(judged(nologin), "ssh-name"), "This account is currently not available."));
}

TEST(NamedLogin, CountsTheBytesOfAPrintingShellAndShowsTheFirst)
{
    auto noisy = logins();
    noisy.quiet->out = "\x1b[1mWelcome to node1, have a lot of fun today and tomorrow\n";
    const auto finding = find(judged(noisy), "shell-noise");
    EXPECT_EQ(finding.severity, "error");
    EXPECT_TRUE(says(finding, "prints 59 bytes"));
    EXPECT_TRUE(says(finding, "\"[1mWelcome to node1, have a lot of fun t\""));
}

TEST(NamedLogin, TellsAForcedCommandFromAnotherMachine)
{
    EXPECT_TRUE(says(find(judged(logins("menu: 1) status 2) quit\n")), "ssh-name"), "forced command"));
    const auto other =
        judged(logins(replaced(good_answer(), "nonce abc", "nonce cat: /run/onenode/n: No such file or directory")));
    EXPECT_TRUE(says(find(other, "ssh-name"), "No such file or directory"));
}

TEST(NamedLogin, QuotesSudosLastWords)
{
    const auto finding =
        find(judged(logins(replaced(good_answer(), "sudo yes", "sudo sudo: a password is required"))), "sudo-refused");
    EXPECT_EQ(finding.severity, "error");
    EXPECT_TRUE(says(finding, "a password is required"));
}

TEST(NamedLogin, NamesTheProgramThatIsMissing)
{
    const auto finding =
        find(judged(logins(replaced(good_answer(), "rsync /usr/bin/rsync", "rsync "))), "command-rsync");
    EXPECT_EQ(finding.severity, "error");
    EXPECT_NE(finding.fix.find("apt install rsync"), std::string::npos);
}

TEST(NamedLogin, WarnsOfASlowLogin)
{
    auto slow = logins();
    slow.took = std::chrono::milliseconds{9800};
    const auto finding = find(judged(slow), "ssh-slow-login");
    EXPECT_EQ(finding.severity, "warning");
    EXPECT_TRUE(says(finding, "9.8 s"));
}

TEST(NamedLogin, CallsAWrongClockAWrongClock)
{
    EXPECT_EQ(find(judged(logins(replaced(good_answer(), "time 1000", "time 1074"))), "clock").message,
              "the node's clock is 73 s ahead of the front-end's");
    EXPECT_EQ(find(judged(logins(replaced(good_answer(), "time 1000", "time 990"))), "clock").severity, "warning");
    EXPECT_EQ(find(judged(logins(replaced(good_answer(), "time 1000", "time x"))), "clock").severity, "not-checked");
}

TEST(NamedLogin, ProvesThatAnUnknownKeyIsRefused)
{
    auto trusting = logins();
    trusting.stranger.emplace(CommandOutput{});
    EXPECT_EQ(find(judged(trusting), "ssh-unknown-key-accepted").severity, "error");
    trusting.stranger.emplace(CommandOutput{.exit_code = 255, .err = "Connection timed out\n"});
    EXPECT_EQ(find(judged(trusting), "ssh-unknown-key-accepted").severity, "not-checked");
}

TEST(NamedLogin, WarnsWhereTheAgentIsNotForwardedAndSaysBySide)
{
    auto without = logins(replaced(good_answer(), "agent /tmp/ssh-x/agent.1", "agent "));
    EXPECT_TRUE(says(find(judged(without), "ssh-agent-forwarding"), "sshd of the node"));
    without.agent_here = false;
    const auto finding = find(judged(without), "ssh-agent-forwarding");
    EXPECT_TRUE(says(finding, "the front-end has no ssh-agent"));
    EXPECT_EQ(finding.severity, "warning");
}

}  // namespace
}  // namespace onefrontend
