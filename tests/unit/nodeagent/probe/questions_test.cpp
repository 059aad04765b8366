// The helper's answers: libvirt through its own test driver, sshd played by a socket, KVM by files that are not KVM.
#include "nodeagent/probe/become.hpp"
#include "nodeagent/probe/questions.hpp"

#include "common/fd.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string_view>
#include <thread>

namespace onenode::probe {
namespace {

constexpr std::chrono::seconds patience{10};

std::string problem_of(const nlohmann::json& answer)
{
    return answer.at("problem").get<std::string>();
}

// On a free port of loopback; the kernel takes the calls.
struct Listener {
    Listener() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof place;
        auto* address = reinterpret_cast<sockaddr*>(&place);
        EXPECT_EQ(::bind(socket.get(), address, size), 0);
        EXPECT_EQ(::listen(socket.get(), 1), 0);
        EXPECT_EQ(::getsockname(socket.get(), address, &size), 0);
        port = ntohs(place.sin_port);
    }

    one::Fd socket;
    std::uint16_t port = 0;
};

// Whoever connects hears `words`, then the line goes dead.
class Speaker : public Listener {
public:
    explicit Speaker(std::string words)
    {
        thread_ = std::thread{[this, said = std::move(words)] {
            const one::Fd visitor{::accept4(socket.get(), nullptr, nullptr, SOCK_CLOEXEC)};
            EXPECT_EQ(::write(visitor.get(), said.data(), said.size()), static_cast<ssize_t>(said.size()));
        }};
    }
    ~Speaker() { thread_.join(); }
    Speaker(const Speaker&) = delete;
    Speaker& operator=(const Speaker&) = delete;

private:
    std::thread thread_{};
};

nlohmann::json hear(std::string words)
{
    const Speaker speaker{std::move(words)};
    return ask_ssh("127.0.0.1", speaker.port, {.connect = patience, .greeting = patience});
}

TEST(SshQuestion, BringsTheBanner)
{
    EXPECT_EQ(hear("SSH-2.0-OpenSSH_9.2\r\n").at("banner"), "SSH-2.0-OpenSSH_9.2");
}

TEST(SshQuestion, SkipsLinesBeforeTheBanner)
{
    EXPECT_EQ(hear("Welcome\r\nto this machine\r\nSSH-2.0-other\n").at("banner"), "SSH-2.0-other");
    EXPECT_EQ(hear("\nSSH-2.0-other\n").at("banner"), "SSH-2.0-other");
}

TEST(SshQuestion, TellsOtherServersFromSsh)
{
    EXPECT_EQ(problem_of(hear("220 mail ready\r\n")), "what listens there does not speak SSH");
    EXPECT_EQ(problem_of(hear("SSH-2.0-cut")), "what listens there does not speak SSH");
    EXPECT_EQ(problem_of(hear("")), "it closed the connection at once");
    EXPECT_EQ(problem_of(hear(std::string(8192, 'x'))), "what listens there does not speak SSH");
}

TEST(SshQuestion, TellsOfWhoTakesTheCallAndSaysNothing)
{
    const Listener mute;
    const auto answer =
        ask_ssh("127.0.0.1", mute.port, {.connect = patience, .greeting = std::chrono::milliseconds{50}});
    EXPECT_EQ(answer.at("accepted"), true);
    EXPECT_EQ(problem_of(answer), "it accepted the connection and said nothing");
}

TEST(SshQuestion, TellsThatNobodyListens)
{
    std::uint16_t port = 0;
    {
        const Speaker gone{"x"};
        port = gone.port;
        (void)ask_ssh("127.0.0.1", port);
    }
    const auto answer = ask_ssh("127.0.0.1", port);
    EXPECT_EQ(answer.at("refused"), true);
    EXPECT_EQ(problem_of(answer), "Connection refused");
}

TEST(TcpQuestion, IsContentWithAConnection)
{
    const Speaker speaker{"x"};
    EXPECT_EQ(problem_of(ask_tcp("127.0.0.1", speaker.port, patience)), "");
}

TEST(TcpQuestion, TellsThatNobodyListens)
{
    EXPECT_EQ(ask_tcp("127.0.0.1", 1, patience).at("refused"), true);
}

TEST(SshQuestion, AsksOnlyAddresses)
{
    EXPECT_EQ(problem_of(ask_ssh("localhost", 22)), "localhost is no address");
}

TEST(KvmQuestion, SaysWhyThereIsNone)
{
    EXPECT_EQ(problem_of(ask_kvm("/dev/no-such-kvm")), "/dev/no-such-kvm does not exist");
    EXPECT_TRUE(problem_of(ask_kvm("/dev/null")).starts_with("/dev/null is not KVM"));
    EXPECT_EQ(ask_kvm("/dev/null").at("usable"), false);
}

TEST(ClockQuestion, AgreesWithItself)
{
    const auto answer = ask_clock();
    EXPECT_EQ(answer.at("synchronised").get<bool>(), problem_of(answer).empty());
}

// libvirt's test driver: a host of i686 with one running domain, in memory.
TEST(LibvirtQuestion, BringsUuidDomainTypesAndDomains)
{
    const auto answer = ask_libvirt("test:///default", "i686");
    EXPECT_EQ(problem_of(answer), "");
    EXPECT_EQ(answer.at("domains"), nlohmann::json({"test"}));
    EXPECT_FALSE(answer.at("domain_types").empty());
    EXPECT_EQ(answer.at("read_write").at("reachable"), true);
    EXPECT_EQ(answer.at("read_only").at("reachable"), true);
}

TEST(LibvirtQuestion, KnowsNoGuestsOfAnotherArchitecture)
{
    EXPECT_TRUE(ask_libvirt("test:///default", "s390x").at("domain_types").empty());
}

TEST(LibvirtQuestion, RepeatsLibvirtsReason)
{
    const auto answer = ask_libvirt("nothing:///system", "x86_64");
    EXPECT_FALSE(problem_of(answer).empty());
    EXPECT_EQ(answer.at("read_only").at("reachable"), false);
}

TEST(LibvirtQuestion, DoesNotWaitForADaemonThatHangs)
{
    // Connects, and is never answered: as with a stopped libvirtd.
    const one::Fd listener{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_in place{};
    place.sin_family = AF_INET;
    place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof place;
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&place), size), 0);
    ASSERT_EQ(::listen(listener.get(), 8), 0);
    ASSERT_EQ(::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&place), &size), 0);
    const auto uri = "test+tcp://127.0.0.1:" + std::to_string(ntohs(place.sin_port)) + "/default";
    const auto answer =
        ask_libvirt(uri, "x86_64", {.open = std::chrono::milliseconds{50}, .all = std::chrono::milliseconds{100}});
    EXPECT_EQ(problem_of(answer), "libvirt did not answer within 0.05 s");
}

TEST(Become, SaysWhichUserIsMissing)
{
    const auto done = become("no-such-user");
    ASSERT_FALSE(done);
    EXPECT_EQ(one::to_line(done.error()), "cannot become user no-such-user: there is no such user");
}

}  // namespace
}  // namespace onenode::probe
