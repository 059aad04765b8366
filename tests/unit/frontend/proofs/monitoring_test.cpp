#include "frontend/proofs/monitoring.hpp"

#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

MonitoringArrivals arrivals(std::vector<int> lost = {}, bool tcp_lost = false)
{
    return {.address = "10.0.0.1",
            .sizes = {100, 1400, 1472, 4000, 16000, 60000},
            .lost = std::move(lost),
            .tcp_lost = tcp_lost};
}

one::Result<> with_log(std::string_view text)
{
    return check_log_settings(*parse_attributes(text));
}

TEST(Arrivals, AreReportedWhereAllCame)
{
    const auto findings = judge_arrivals(arrivals());
    EXPECT_TRUE(all_proven(findings));
    EXPECT_EQ(findings.size(), 3U);
    EXPECT_TRUE(says(find(findings, "port-4124-udp"), "node -> front-end 10.0.0.1 port 4124/udp"));
}

TEST(Arrivals, NameTheSizeAboveWhichAllIsLost)
{
    const auto finding = find(judge_arrivals(arrivals({4000, 16000, 60000})), "udp-fragments");
    EXPECT_EQ(finding.severity, "error");
    EXPECT_TRUE(says(finding, "datagrams over 1472 bytes are lost (of 4000, 16000, 60000 bytes)"));
}

TEST(Arrivals, WarnWhereOnlyReportsOfManyVmsAreLost)
{
    EXPECT_EQ(find(judge_arrivals(arrivals({60000})), "udp-fragments").severity, "warning");
}

TEST(Arrivals, DoNotBlameTheSizeWhereLargerOnesCame)
{
    EXPECT_TRUE(says(find(judge_arrivals(arrivals({1400})), "udp-fragments"), "whatever their size"));
}

TEST(Arrivals, TellUdpFromTcp)
{
    const auto no_udp = judge_arrivals(arrivals({100, 1400, 1472, 4000, 16000, 60000}));
    EXPECT_EQ(find(no_udp, "port-4124-udp").severity, "error");
    EXPECT_EQ(find(no_udp, "udp-fragments").severity, "not-checked");
    EXPECT_EQ(find(no_udp, "port-4124-tcp").severity, "ok");
    const auto no_tcp = judge_arrivals(arrivals({}, true));
    EXPECT_EQ(find(no_tcp, "port-4124-tcp").severity, "error");
    EXPECT_EQ(find(no_tcp, "port-4124-udp").severity, "ok");
}

TEST(Arrivals, RepeatWhatTheNodeMetWhenItSent)
{
    auto refused = arrivals({}, true);
    refused.sent = {.resolved = "10.0.0.7", .findings = {{"port-4124-tcp", "error", "connection refused", ""}}};
    const auto finding = find(judge_arrivals(refused), "port-4124-tcp");
    EXPECT_TRUE(says(finding, "the node says: connection refused"));
    EXPECT_TRUE(says(finding, "there 10.0.0.7"));
}

TEST(Arrivals, RepeatThatTheNodeCannotResolveTheAddress)
{
    auto nameless = arrivals({}, true);
    nameless.port = 5124;
    nameless.sent = {.resolved = "",
                     .findings = {{"monitor-address", "error", "this machine cannot resolve that name", ""}}};
    EXPECT_TRUE(says(find(judge_arrivals(nameless), "port-5124-tcp"), "cannot resolve that name"));
}

TEST(Arrivals, NameAddressTranslationWhereSshCameFromElsewhere)
{
    auto behind_nat = arrivals({100, 1400, 1472, 4000, 16000, 60000}, true);
    behind_nat.from_ssh = true;
    behind_nat.ours = false;
    EXPECT_TRUE(says(find(judge_arrivals(behind_nat), "port-4124-udp"), "something between translates addresses"));
}

TEST(OnemonitordsLog, MustGoToAFile)
{
    EXPECT_TRUE(with_log("LOG = [ SYSTEM = \"FILE\", DEBUG_LEVEL = 3 ]\n"));
    EXPECT_TRUE(with_log("PORT = 1\n"));
    EXPECT_FALSE(with_log("LOG = [ SYSTEM = \"syslog\", DEBUG_LEVEL = 3 ]\n"));
    EXPECT_FALSE(with_log("LOG = [ SYSTEM = \"file\", DEBUG_LEVEL = 0 ]\n"));
}

TEST(OnemonitordsLog, TellsAFollowerFromALeader)
{
    EXPECT_TRUE(check_leads(""));
    EXPECT_TRUE(check_leads("x [Z0][HMM][I]: Raft status: SOLO\n"));
    EXPECT_TRUE(check_leads("[HMM][I]: Raft status: FOLLOWER\n[HMM][I]: Raft status: LEADER\n"));
    const auto follower = check_leads("[HMM][I]: Raft status: LEADER\n[HMM][I]: Raft status: FOLLOWER\n");
    ASSERT_FALSE(follower);
    EXPECT_NE(follower.error().reason.find("FOLLOWER"), std::string::npos);
}

TEST(OwnAddress, IsOneOfTheInterfaces)
{
    EXPECT_TRUE(is_own_address("127.0.0.1"));
    EXPECT_FALSE(is_own_address("192.0.2.1"));
    EXPECT_FALSE(is_own_address("node1"));
}

}  // namespace
}  // namespace onefrontend
