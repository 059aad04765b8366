#include "frontend/proofs/pair.hpp"

#include "common/text/printable.hpp"
#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

using one::CommandOutput;

const PairEnd kvm1{.name = "kvm1", .type = "kvm", .machine_id = "1111"};
const PairEnd kvm2{.name = "kvm2", .type = "kvm", .machine_id = "2222"};

CommandOutput said(std::string word)
{
    return {.out = std::move(word) + "\n"};
}

TEST(PeerLogin, IsProvenByTheOtherMachinesOwnId)
{
    EXPECT_EQ(judge_peer_login(kvm1, kvm2, said("2222")).severity, "ok");
    const auto elsewhere = judge_peer_login(kvm1, kvm2, said("3333"));
    EXPECT_EQ(elsewhere.severity, "error");
    EXPECT_EQ(elsewhere.fix, "on kvm1: getent ahosts kvm2");
}

TEST(PeerLogin, ThatFailsSaysWhyAndFromWhere)
{
    const auto found = judge_peer_login(
        kvm1, kvm2,
        CommandOutput{.exit_code = 255, .err = "No ED25519 host key is known\nHost key verification failed.\n"});
    EXPECT_EQ(found.severity, "error");
    EXPECT_TRUE(says(found, "from kvm1 to kvm2")) << found.message;
    EXPECT_NE(found.fix.find("kvm1 instead of the front-end"), std::string::npos) << found.fix;
    const auto unknown = judge_peer_login(kvm1, kvm2, CommandOutput{.exit_code = 1, .err = "what is this\n"});
    EXPECT_TRUE(says(unknown, "what is this"));
    EXPECT_EQ(unknown.fix, "on kvm1, as oneadmin: ssh kvm2");
}

TEST(PeerPorts, AreProvenByWhoHeardTheNonce)
{
    const auto found = judge_peer_ports(kvm1, kvm2,
                                        {{49152, said("busy"), said("sent")},
                                         {49153, said("heard"), said("sent")},
                                         {49215, said("heard"), said("sent")}});
    EXPECT_EQ(found.severity, "ok");
    EXPECT_TRUE(says(found, "ports 49153 and 49215/tcp")) << found.message;
}

TEST(PeerPorts, ThatAFirewallForgotAreNamedWithDirectionAndFix)
{
    const auto found = judge_peer_ports(
        kvm1, kvm2, {{49152, said("heard"), said("sent")}, {49215, said("silent"), said("Connection timed out")}});
    EXPECT_EQ(found.severity, "error");
    EXPECT_TRUE(says(found, "from kvm1 to kvm2, port 49215/tcp: Connection timed out")) << found.message;
    EXPECT_EQ(found.fix, "on kvm2: let kvm1 in to 49152-49215/tcp");
}

TEST(PeerPorts, AreNotCalledGoodWhereNobodyCouldListen)
{
    EXPECT_EQ(judge_peer_ports(kvm1, kvm2, {{49152, said("busy"), said("sent")}}).severity, "not-checked");
    const CommandOutput no_ruby{.exit_code = 127, .err = "ruby: command not found\n"};
    const auto found = judge_peer_ports(kvm1, kvm2, {{49152, no_ruby, said("Connection refused")}});
    EXPECT_EQ(found.severity, "not-checked");
    EXPECT_TRUE(says(found, "ruby: command not found")) << found.message;
}

TEST(PeerPorts, AreNotProvenByAStrangerWhoCalled)
{
    EXPECT_EQ(judge_peer_ports(kvm1, kvm2, {{49152, said("other"), said("sent")}}).severity, "error");
    EXPECT_EQ(judge_peer_ports(kvm1, kvm2, {{49152, said("silent"), said("sent")}}).severity, "error")
        << "somebody in between took the call";
}

std::string capabilities(const std::string& arch, const std::string& cpu, const std::string& machines)
{
    return "<capabilities><host><cpu><arch>" + arch + "</arch><model>" + cpu +
           "</model></cpu></host><guest><arch name='i686'>" +
           "<machine>isapc</machine></arch></guest><guest><arch name='" + arch + "'>" + machines +
           "</arch></guest></capabilities>";
}

const std::string old_types = "<machine maxCpus='255'>pc-q35-6.2</machine>";
const std::string both_types = old_types + "<machine canonical='pc-q35-7.2'>q35</machine>";

Findings judged(const std::string& first, const std::string& second)
{
    return judge_peer_hypervisors(kvm1, parse_capabilities(first), kvm2, parse_capabilities(second));
}

TEST(PeerHypervisors, AreReadFromWhatLibvirtSays)
{
    const auto found = parse_capabilities(capabilities("x86_64", "Skylake", both_types));
    EXPECT_EQ(*found, (Hypervisor{"x86_64", "Skylake", {"pc-q35-6.2", "q35"}}));
    for (const char* bad : {"", "<capabilities/>", "no xml", "<a><b></a>"})
        EXPECT_FALSE(parse_capabilities(bad)) << bad;
}

TEST(PeerHypervisors, SteerNoTerminalByTheirNames)
{
    const auto found = parse_capabilities("<capabilities><host><cpu><arch>x86_64</arch><model>a\x1b[2J\nb" +
                                          std::string(1000, 'x') + "</model></cpu></host></capabilities>");
    ASSERT_TRUE(found);
    EXPECT_TRUE(one::is_printable_line(found->cpu)) << found->cpu;
    EXPECT_LE(found->cpu.size(), 64U);
}

TEST(PeerHypervisors, ThatAreAlikeFit)
{
    const auto same = capabilities("x86_64", "Skylake", both_types);
    EXPECT_TRUE(all_proven(judged(same, same)));
    EXPECT_EQ(find(judged(same, same), "peer-cpu").severity, "ok");
}

TEST(PeerHypervisors, ThatDifferAreWarnedOf)
{
    const auto found =
        judged(capabilities("x86_64", "Skylake", both_types), capabilities("x86_64", "Haswell", old_types));
    EXPECT_EQ(find(found, "peer-machine-types").severity, "warning");
    EXPECT_EQ(find(found, "peer-cpu").severity, "warning");
}

TEST(PeerHypervisors, WithNothingInCommonAreAnError)
{
    EXPECT_EQ(judged(capabilities("x86_64", "a", old_types), capabilities("x86_64", "a", "<machine>q35</machine>"))
                  .front()
                  .severity,
              "error");
    EXPECT_TRUE(says(judged(capabilities("x86_64", "a", old_types), capabilities("aarch64", "a", old_types)).front(),
                     "kvm2 is aarch64"));
    EXPECT_EQ(judged("", capabilities("x86_64", "a", old_types)).front().severity, "not-checked");
}

}  // namespace
}  // namespace onefrontend
