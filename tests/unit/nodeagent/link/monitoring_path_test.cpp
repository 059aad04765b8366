// What goes to 4124, to real sockets on loopback and to a path that fails.
#include "nodeagent/link/monitoring_path.hpp"

#include "common/text/encoding.hpp"
#include "tests/unit/fake/fake_host.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace onenode {
namespace {

class Listener {  // UDP and TCP on the same free port
public:
    Listener()
    {
        sockaddr_in any{};
        any.sin_family = AF_INET;
        any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof any;
        for (int attempt = 0; attempt < 20; ++attempt) {
            tcp_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            udp_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
            any.sin_port = 0;
            const bool has_tcp = ::bind(tcp_, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0;
            ::getsockname(tcp_, reinterpret_cast<sockaddr*>(&any), &size);
            if (has_tcp && ::bind(udp_, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0) break;
            ::close(tcp_);
            ::close(udp_);
        }
        ::listen(tcp_, 4);
        port = ntohs(any.sin_port);
    }
    ~Listener()
    {
        ::close(tcp_);
        ::close(udp_);
    }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    std::string datagram()
    {
        std::array<char, 65536> buffer;
        const auto count = ::recv(udp_, buffer.data(), buffer.size(), 0);
        return {buffer.data(), static_cast<std::size_t>(count)};
    }
    std::string stream()  // until the peer closed
    {
        const int peer = ::accept(tcp_, nullptr, nullptr);
        std::string text;
        std::array<char, 4096> buffer;
        for (ssize_t count = 0; (count = ::read(peer, buffer.data(), buffer.size())) > 0;)
            text.append(buffer.data(), static_cast<std::size_t>(count));
        ::close(peer);
        return text;
    }
    int port = 0;

private:
    int tcp_ = -1;
    int udp_ = -1;
};

class FailingPath : public MonitoringPath {
public:
    Result<> datagram(const std::string&, int, std::string_view bytes) override
    {
        sizes.push_back(bytes.size());
        if (bytes.size() > 3) return one::fail(one::error_from_errno(EMSGSIZE, "10.0.0.1:4124"));
        return {};
    }
    Result<> line(const std::string&, int, std::string_view) override
    {
        return one::fail(one::error_from_errno(ECONNREFUSED, "10.0.0.1:4124"));
    }
    std::vector<std::size_t> sizes{};
};

TEST(MonitoringPath, SendsExactlyTheBytesOfTheChallenge)
{
    Listener listener;
    RealMonitoringPath path;
    const FakeHost host;
    const one::wire::MonitoringChallenge challenge{
        "127.0.0.1", listener.port, {one::to_base64("a\nb"), one::to_base64(std::string(60000, 'x'))}, "a line"};
    const auto sent = send_monitoring(challenge, host, path);
    EXPECT_EQ(sent.resolved, "127.0.0.1");
    EXPECT_TRUE(sent.findings.empty());
    EXPECT_EQ(listener.datagram(), "a\nb");
    EXPECT_EQ(listener.datagram(), std::string(60000, 'x'));
    EXPECT_EQ(listener.stream(), "a line");
}

TEST(MonitoringPath, UsesTheFirstAnswerOfTheResolver)
{
    FailingPath path;
    FakeHost host;
    host.with_name("one.example.com", {"10.0.0.1", "10.0.0.2"});
    EXPECT_EQ(send_monitoring({"one.example.com", 4124, {}, "x"}, host, path).resolved, "10.0.0.1");
}

TEST(MonitoringPath, TellsOfANameThatDoesNotResolve)
{
    FailingPath path;
    const auto sent = send_monitoring({"nowhere", 4124, {"eA=="}, "x"}, FakeHost{}, path);
    ASSERT_EQ(sent.findings.size(), 1U);
    EXPECT_EQ(sent.findings.front().id, "monitor-address");
    EXPECT_TRUE(path.sizes.empty());
}

TEST(MonitoringPath, GoesOnAfterAFailureAndNamesEachProtocolOnce)
{
    FailingPath path;
    const auto sent =
        send_monitoring({"10.0.0.1", 4124, {one::to_base64("1234"), one::to_base64("12345"), one::to_base64("1")}, "x"},
                        FakeHost{}, path);
    EXPECT_EQ(path.sizes, (std::vector<std::size_t>{4, 5, 1}));
    ASSERT_EQ(sent.findings.size(), 2U);
    EXPECT_EQ(sent.findings[0].id, "port-4124-udp");
    EXPECT_EQ(sent.findings[1].id, "port-4124-tcp");
    EXPECT_NE(sent.findings[1].fix.find("nothing listens"), std::string::npos);
}

TEST(MonitoringPath, SaysWhenNobodyListens)
{
    int port = 0;
    {
        const Listener gone;
        port = gone.port;
    }
    RealMonitoringPath path;
    EXPECT_EQ(path.line("127.0.0.1", port, "x").error().kind, ErrorKind::unreachable);
    EXPECT_TRUE(path.datagram("127.0.0.1", port, "x"));  // that it left says nothing
    EXPECT_EQ(path.line("not an address", port, "x").error().kind, ErrorKind::invalid);
}

TEST(MonitoringPath, RefusesADatagramThatNoDatagramCanHold)
{
    const Listener listener;
    RealMonitoringPath path;
    EXPECT_FALSE(path.datagram("127.0.0.1", listener.port, std::string(70000, 'x')));
}

}  // namespace
}  // namespace onenode
