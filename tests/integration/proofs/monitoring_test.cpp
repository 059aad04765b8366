// The way of the monitoring: a stand-in that writes onemonitord's lines, and onemonitord itself where one runs.
#include "common/text/encoding.hpp"
#include "common/text/words.hpp"
#include "frontend/proofs/prover.hpp"
#include "tests/unit/frontend/proofs/finding_text.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

namespace fs = std::filesystem;
using onefrontend::find;
using onefrontend::says;

class Monitoring : public testing::Test {
protected:
    void SetUp() override
    {
        std::string pattern = (fs::temp_directory_path() / "monitoring-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        config.monitord_conf = (folder / "monitord.conf").string();
        config.monitor_log = (folder / "monitor.log").string();
        set_address("127.0.0.1");
        log("Mon Jan  5 08:00:00 2026 [Z0][HMM][I]: Raft status: SOLO\n");
        node.name = "node1";
    }
    void TearDown() override { fs::remove_all(folder); }

    void set_address(const std::string& address) const
    {
        std::ofstream{config.monitord_conf}
            << "LOG = [ SYSTEM = \"FILE\", DEBUG_LEVEL = 3 ]\nNETWORK = [ ADDRESS = \"::\", MONITOR_ADDRESS = \""
            << address << "\", PORT = 4124, THREADS = 8 ]\n";
    }
    void log(const std::string& text) const { std::ofstream{config.monitor_log, std::ios::app} << text; }

    one::wire::MonitoringChallenge challenge()
    {
        auto made = onefrontend::Prover{config, pool, pool}.challenge_monitoring(node);
        EXPECT_TRUE(made) << to_line(made.error());
        return made ? *made : one::wire::MonitoringChallenge{};
    }
    one::wire::ProofReport verdict(one::wire::MonitoringSent sent = {})
    {
        onefrontend::Prover prover{config, pool, pool};
        return one::run_to_end(loop, prover.check_monitoring(node, std::move(sent)));
    }
    // What onemonitord does with a beacon of a host it does not know.
    void receive(const std::string& message) const
    {
        log("Mon Jan  5 08:00:01 2026 [Z0][HMM][W]: beacon_host: unknown host " + one::split_words(message).at(2) +
            "\n");
    }

    fs::path folder{};
    onefrontend::Config config{};
    onefrontend::Node node{};
    one::asio::io_context loop{};
    one::asio::thread_pool pool{1};
};

TEST_F(Monitoring, IsProvenWhereEveryMessageIsInTheLog)
{
    const auto sent = challenge();
    for (const auto& datagram : sent.datagrams)
        receive(*one::from_base64(datagram));
    receive(sent.line);
    const auto report = verdict();
    EXPECT_TRUE(onefrontend::all_proven(report.findings));
    EXPECT_TRUE(node.proofs.monitoring_ok);
    EXPECT_LT(report.took_ms, 1000);
}

TEST_F(Monitoring, SendsTheSizesItPromises)
{
    const auto sent = challenge();
    ASSERT_EQ(sent.datagrams.size(), node.proofs.sizes.size());
    for (std::size_t i = 0; i < sent.datagrams.size(); ++i)
        EXPECT_EQ(one::from_base64(sent.datagrams[i])->size(), static_cast<std::size_t>(node.proofs.sizes[i]));
}

TEST_F(Monitoring, NamesTheSizesThatAreLost)
{
    const auto sent = challenge();
    for (std::size_t i = 0; i < 3; ++i)
        receive(*one::from_base64(sent.datagrams[i]));
    receive(sent.line);
    const auto report = verdict();
    EXPECT_TRUE(says(find(report.findings, "udp-fragments"), "datagrams over 1472 bytes are lost"));
    EXPECT_EQ(find(report.findings, "port-4124-tcp").severity, "ok");
    EXPECT_FALSE(node.proofs.monitoring_ok);
    EXPECT_GE(report.took_ms, 900);
    EXPECT_LT(report.took_ms, 4000);
}

TEST_F(Monitoring, KnowsItsOwnMessagesAfterTheNodeWasStoredAndReadAgain)
{
    const auto sent = challenge();
    for (const auto& datagram : sent.datagrams)
        receive(*one::from_base64(datagram));
    receive(sent.line);
    node = *onefrontend::node_from_json(7, onefrontend::to_json(node));
    EXPECT_TRUE(onefrontend::all_proven(verdict().findings));
}

TEST_F(Monitoring, WaitsForTheLoginWhereTheAddressComesFromIt)
{
    set_address("auto");
    EXPECT_FALSE((onefrontend::Prover{config, pool, pool}.challenge_monitoring(node)));
    node.proofs.ssh_client = "192.0.2.1";
    EXPECT_EQ(challenge().address, "192.0.2.1");
}

TEST_F(Monitoring, SaysThatTheLogCannotBeRead)
{
    challenge();
    fs::remove(config.monitor_log);
    EXPECT_TRUE(says(find(verdict().findings, "port-4124-udp"), config.monitor_log));
    EXPECT_EQ(find(verdict().findings, "port-4124-tcp").severity, "error");
}

TEST_F(Monitoring, SaysThatThisFrontEndDoesNotLead)
{
    challenge();
    log("Mon Jan  5 08:00:00 2026 [Z0][HMM][I]: Raft status: FOLLOWER\n");
    EXPECT_TRUE(says(find(verdict().findings, "port-4124-udp"), "not the leader"));
}

TEST_F(Monitoring, ProvesNothingThatWasNeverAskedFor)
{
    EXPECT_EQ(find(verdict().findings, "port-4124-udp").severity, "error");
    EXPECT_FALSE(node.proofs.monitoring_ok);
}

void send_udp(const std::string& message)
{
    sockaddr_in to{
        .sin_family = AF_INET, .sin_port = htons(4124), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ::sendto(socket, message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    ::close(socket);
}

bool send_tcp(const std::string& message)
{
    sockaddr_in to{
        .sin_family = AF_INET, .sin_port = htons(4124), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = ::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
    if (connected) ::send(socket, message.data(), message.size(), MSG_NOSIGNAL);
    ::close(socket);
    return connected;
}

TEST_F(Monitoring, IsProvenByTheRealOnemonitord)
{
    const char* real_log = std::getenv("ONED_MONITOR_LOG");
    if (!real_log) GTEST_SKIP() << "no OpenNebula: ONED_MONITOR_LOG is not set";
    if (::access(real_log, R_OK) != 0) GTEST_SKIP() << real_log << " cannot be read";
    config.monitor_log = real_log;
    const auto sent = challenge();
    for (const auto& datagram : sent.datagrams)
        send_udp(*one::from_base64(datagram));
    if (!send_tcp(sent.line)) GTEST_SKIP() << "nothing listens on 127.0.0.1:4124";
    const auto report = verdict();
    for (const auto* id : {"port-4124-udp", "udp-fragments", "port-4124-tcp"})
        EXPECT_EQ(find(report.findings, id).severity, "ok") << find(report.findings, id).message;
}

}  // namespace
