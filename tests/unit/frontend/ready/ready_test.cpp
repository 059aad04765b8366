// The probes against a listener that says what it was told to.
#include "frontend/ready/ready.hpp"

#include "common/fd.hpp"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <thread>

using namespace onefrontend;
using one::ErrorKind;

namespace {

/// Accepts one connection at a free port of the loopback, says its line, hangs up.
class Listener {
public:
    explicit Listener(std::string line) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* general = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(socket_.get(), general, size), 0);
        EXPECT_EQ(::listen(socket_.get(), 1), 0);
        EXPECT_EQ(::getsockname(socket_.get(), general, &size), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this, text = std::move(line)] { answer(text); }};
    }
    ~Listener()
    {
        ::shutdown(socket_.get(), SHUT_RDWR);
        thread_.join();
    }
    [[nodiscard]] int port() const { return port_; }

private:
    void answer(const std::string& text) const
    {
        const one::Fd peer{::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)};
        if (peer.open()) ::send(peer.get(), text.data(), text.size(), MSG_NOSIGNAL);
        std::array<char, 4096> rest{};
        if (peer.open() && text.starts_with("HTTP")) ::recv(peer.get(), rest.data(), rest.size(), 0);
    }
    one::Fd socket_;
    int port_ = 0;
    std::thread thread_;
};

class Probe : public testing::Test {
protected:
    Probe()
    {
        std::string name = "/tmp/onefrontend-ready-XXXXXX";
        settings.etc = ::mkdtemp(name.data());
        settings.limit = std::chrono::seconds{5};
    }
    ~Probe() override { std::filesystem::remove_all(settings.etc); }
    void configure(const std::string& name, const std::string& text) const
    {
        std::ofstream{settings.etc + "/" + name} << text;
    }
    void sshd_listens_at(int port)
    {
        settings.sshd_conf = settings.etc + "/sshd.conf";
        configure("sshd.conf", "# ours\nPort " + std::to_string(port) + "\n");
    }
    ProbeSettings settings{};
};

int free_port()
{
    const Listener gone{""};
    return gone.port();
}

}  // namespace

TEST_F(Probe, OfAnUnknownServiceNamesTheNearest)
{
    const auto asked = probe_ready("oneflwo", settings);
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().next, "did you mean oneflow?");
}

TEST_F(Probe, FindsSshdByItsBanner)
{
    const Listener sshd{"SSH-2.0-OpenSSH_9.2\r\n"};
    sshd_listens_at(sshd.port());
    EXPECT_TRUE(probe_ready("sshd", settings));
}

TEST_F(Probe, DoesNotTakeAnotherServerForSshd)
{
    const Listener other{"220 mail.example.com\r\n"};
    sshd_listens_at(other.port());
    EXPECT_EQ(probe_ready("sshd", settings).error().kind, ErrorKind::invalid);
}

TEST_F(Probe, SaysThatNobodyListens)
{
    settings.enrollment_port = free_port();
    const auto asked = probe_live("enrollment", settings);
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().reason, "nobody listens there");
}

TEST_F(Probe, OfOneGateIsContentWithARefusalForLackOfCredentials)
{
    const Listener onegate{"HTTP/1.1 401 Unauthorized\r\n\r\n"};
    configure("onegate-server.conf", ":server:\n  :bind: 127.0.0.1\n  :port: " + std::to_string(onegate.port()) + "\n");
    const auto asked = probe_ready("onegate", settings);
    EXPECT_TRUE(asked) << one::to_line(asked.error());
}

TEST_F(Probe, OfFireEdgeWantsThePage)
{
    const Listener fireedge{"HTTP/1.1 503 Service Unavailable\r\n\r\n"};
    configure("fireedge-server.conf", "host: 0.0.0.0\nport: " + std::to_string(fireedge.port()) + "\n");
    const auto asked = probe_ready("fireedge", settings);
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().reason, "GET /fireedge/sunstone gave HTTP status 503, not 200");
}

TEST_F(Probe, OfADatabaseThatIsAFileHasNothingToWaitFor)
{
    configure("oned.conf", "DB = [ BACKEND = \"sqlite\" ]\n");
    EXPECT_TRUE(probe_ready("database", settings));
}

TEST_F(Probe, OfASilentPeerEndsAtTheLimit)
{
    configure("oned.conf", "DB = [ BACKEND = \"mysql\", SERVER = \"127.0.0.1\", PORT = 1 ]\n");
    const one::Fd silent{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* general = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(::bind(silent.get(), general, size), 0);
    ASSERT_EQ(::listen(silent.get(), 1), 0);
    ASSERT_EQ(::getsockname(silent.get(), general, &size), 0);
    sshd_listens_at(ntohs(address.sin_port));
    settings.limit = std::chrono::milliseconds{20};
    EXPECT_EQ(probe_ready("sshd", settings).error().kind, ErrorKind::timeout);
}
