// The whole front-end in one process, with ssh and rsync replaced by scripts: from a created host to its state.
#include "tests/oned-sim/simulator.hpp"
#include "tests/oned-sim/tests/raw_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

namespace onedsim::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

void write(const fs::path& path, std::string_view text, bool executable = false)
{
    fs::create_directories(path.parent_path());
    std::ofstream{path} << text;
    if (executable) fs::permissions(path, fs::perms::owner_all);
}

std::string read(const fs::path& path)
{
    std::ifstream file{path};
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

struct SimulatorTest : testing::Test {
    fs::path root = fs::path{testing::TempDir()} /
                    (std::string{"sim-"} + testing::UnitTest::GetInstance()->current_test_info()->name());
    Options options{};
    std::unique_ptr<Simulator> simulator{};
    int rpc = 0;
    int monitor = 0;

    void SetUp() override
    {
        fs::remove_all(root);
        write(root / "auth", "oneadmin:opennebula\n");
        write(root / "remotes/VERSION", "7.4.0\n");
        fs::create_directories(root / "state");
        fs::create_directories(root / "log");
        with_node("exit 0", "echo '<MONITOR_MESSAGES><SYSTEM_HOST>VE9UQUxDUFU9MjAw</SYSTEM_HOST>"
                            "<TIMESTAMP>1</TIMESTAMP></MONITOR_MESSAGES>'");
        options.port = 0;
        options.monitor.port = 0;
        options.monitor.address = "127.0.0.1";
        options.auth_file = root / "auth";
        options.log_directory = root / "log";
        options.state_directory = root / "state";
        options.driver.remotes = root / "remotes";
        options.driver.between_tries = std::chrono::milliseconds{1};
        options.driver.environment = {{"PATH", (root / "bin").string() + ":/usr/bin:/bin"},
                                      {"SEEN", (root / "seen").string()}};
    }
    /// A node as its two programs on the front-end: what rsync does, and what a login with a command does.
    void with_node(std::string_view rsync, std::string_view login)
    {
        write(root / "bin/rsync",
              std::string{"#!/bin/sh\necho rsync \"$PWD\" \"$@\" >>\"$SEEN\"\n"} + std::string{rsync} + "\n", true);
        write(root / "bin/ssh",
              std::string{"#!/bin/sh\necho ssh \"$@\" >>\"$SEEN\"\ncase \"$*\" in *stop_monitord*) cat >>\"$SEEN\"; "
                          "exit 0;; *run_monitord*) ;; *) exit 0;; esac\ncat >>\"$SEEN\"\necho >>\"$SEEN\"\n"} +
                  std::string{login} + "\n",
              true);
    }
    void start()
    {
        simulator = std::make_unique<Simulator>(options);
        const auto started = simulator->start();
        ASSERT_TRUE(started) << one::to_text(started.error());
        ASSERT_EQ(std::sscanf(simulator->ready_line().c_str(), "ready rpc=%d monitor=%d", &rpc, &monitor), 2);
    }
    std::string call(const std::string& method, one::xmlrpc::Array parameters,
                     const std::string& session = "oneadmin:opennebula")
    {
        parameters.insert(parameters.begin(), session);
        return body_of(post(rpc, *one::xmlrpc::to_xml(one::xmlrpc::Call{method, std::move(parameters)})));
    }
    /// Waits for something to become true; the deadline is far beyond what it takes.
    static bool eventually(const std::function<bool()>& holds)
    {
        for (const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
             std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(std::chrono::milliseconds{5}))
            if (holds()) return true;
        return false;
    }
    bool host_comes_to(std::string_view state)
    {
        return eventually([&] {
            return call("one.host.info", {0}).find("&lt;STATE&gt;" + std::string{state} + "&lt;") != std::string::npos;
        });
    }
    std::string monitor_log() { return read(root / "log/monitor.log"); }
    void send_to_udp(std::string_view text) const
    {
        const Socket socket{::socket(AF_INET, SOCK_DGRAM, 0)};
        sockaddr_in to{.sin_family = AF_INET,
                       .sin_port = htons(static_cast<std::uint16_t>(monitor)),
                       .sin_addr = {htonl(INADDR_LOOPBACK)},
                       .sin_zero = {}};
        ::sendto(socket.fd(), text.data(), text.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to);
    }
    [[nodiscard]] Socket connect_to_tcp() const
    {
        Socket socket{::socket(AF_INET, SOCK_STREAM, 0)};
        sockaddr_in to{.sin_family = AF_INET,
                       .sin_port = htons(static_cast<std::uint16_t>(monitor)),
                       .sin_addr = {htonl(INADDR_LOOPBACK)},
                       .sin_zero = {}};
        EXPECT_EQ(::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
        return socket;
    }
};

TEST_F(SimulatorTest, BringsAHostOnByItsFirstReport)
{
    start();
    call("one.host.allocate", {"node", "kvm", "kvm", -1});
    EXPECT_TRUE(host_comes_to("2"));
    const auto seen = read(root / "seen");
    EXPECT_THAT(
        seen,
        HasSubstr("ssh -n node exec\nrsync " + (root / "remotes").string() +
                  " -LRaz --delete . node:/var/tmp/one/\nssh node if [ -x \"/var/tmp/one/im/run_monitord_client\" ]; "
                  "then /var/tmp/one/im/run_monitord_client kvm 0 node; else"));
    EXPECT_THAT(seen, HasSubstr("<HOST_ID>0</HOST_ID></MONITOR_CONFIGURATION>"));
    EXPECT_THAT(call("one.host.info", {0}), HasSubstr("&lt;TOTAL_CPU&gt;200&lt;"));
}

TEST_F(SimulatorTest, LeavesAHostInErrorWithABlankReason)
{
    with_node("exit 12", "exit 0");
    start();
    call("one.host.allocate", {"node", "kvm", "kvm", -1});
    EXPECT_TRUE(host_comes_to("3"));
    EXPECT_THAT(call("one.host.info", {0}), HasSubstr(" : Error monitoring Host node (0): ]]&gt;&lt;/ERROR&gt;"));
    EXPECT_THAT(monitor_log(),
                HasSubstr("[MDP][I]: Command execution failed (exit code: 12): exec 2>/dev/null; cd '" +
                          (root / "remotes").string() + "'/ && rsync -LRaz --delete . 'node':'/var/tmp/one'/\n"));
    EXPECT_THAT(monitor_log(), HasSubstr("[MDP][I]: Received UNDEFINED msg: \n\n"));
    EXPECT_THAT(read(root / "log/oned.log"), HasSubstr("[ONE][E]: Error monitoring Host node (0): \n"));
}

TEST_F(SimulatorTest, TriesAFailedStartFourTimes)
{
    with_node("exit 0", "echo 'no ruby here' >&2; exit 127");
    start();
    call("one.host.allocate", {"node", "kvm", "kvm", -1});
    EXPECT_TRUE(host_comes_to("3"));
    const auto log = monitor_log();
    std::size_t tries = 0;
    for (auto at = log.find("(exit code: 127)"); at != std::string::npos; at = log.find("(exit code: 127)", at + 1))
        ++tries;
    EXPECT_EQ(tries, 4U);
    EXPECT_THAT(log, HasSubstr("[MDP][W]: Start monitor failed for host 0: no ruby here\n"));
}

TEST_F(SimulatorTest, TellsTheNodeToStopWhenItsHostIsDeleted)
{
    start();
    call("one.host.allocate", {"node", "kvm", "kvm", -1});
    ASSERT_TRUE(host_comes_to("2"));
    call("one.host.delete", {0});
    EXPECT_TRUE(
        eventually([&] { return read(root / "seen").find("stop_monitord_client kvm 0 node") != std::string::npos; }));
    EXPECT_THAT(monitor_log(), HasSubstr("[HMM][D]: Stopping Monitoring on host node(0)\n"));
}

TEST_F(SimulatorTest, KnowsItsObjectsAfterARestart)
{
    start();
    call("one.document.allocate", {"NAME=kept", 1700});
    simulator.reset();
    start();
    EXPECT_THAT(call("one.document.info", {0}), HasSubstr("kept"));
}

TEST_F(SimulatorTest, HearsBothTransports)
{
    start();
    send_to_udp("over UDP");
    EXPECT_TRUE(eventually([&] { return monitor_log().find("UNDEFINED msg: over UDP\n") != std::string::npos; }));
    send_all(connect_to_tcp().fd(), "over TCP");
    EXPECT_TRUE(eventually([&] { return monitor_log().find("UNDEFINED msg: over TCP\n") != std::string::npos; }));
}

TEST_F(SimulatorTest, IsDeafOverTcpWhileEightConnectionsStayOpen)
{
    start();
    std::vector<Socket> idle;
    for (int i = 0; i < 8; ++i) {
        idle.push_back(connect_to_tcp());
        send_all(idle.back().fd(), "x");
    }
    send_all(connect_to_tcp().fd(), "the ninth");
    send_to_udp("meanwhile");
    EXPECT_TRUE(eventually([&] { return monitor_log().find("meanwhile") != std::string::npos; }));
    EXPECT_EQ(monitor_log().find("the ninth"), std::string::npos);
    idle.clear();
    EXPECT_TRUE(eventually([&] { return monitor_log().find("the ninth") != std::string::npos; }));
}

TEST_F(SimulatorTest, TakesFaultsOverItsControlSocket)
{
    start();
    EXPECT_EQ(simulator->control(R"({"fault":"drop","method":"one.system.version","times":1})"), R"({"ok":true})");
    EXPECT_EQ(call("one.system.version", {}), "");
    EXPECT_THAT(call("one.system.version", {}), HasSubstr("7.4.0"));
    EXPECT_THAT(simulator->control(R"({"calls":true})"), HasSubstr("\"one.system.version\":2"));
    EXPECT_THAT(simulator->control("nonsense"), HasSubstr("error"));
    EXPECT_THAT(simulator->control(R"({"fault":"no such"})"), HasSubstr("'no such' is no fault"));
    EXPECT_THAT(simulator->control(R"({"skew_s":"late"})"), HasSubstr("error"));
}

TEST_F(SimulatorTest, EndsTokensByTheClockThatIsSkewedOverItsControlSocket)
{
    start();
    const auto answer = one::xmlrpc::parse_answer(call("one.user.login", {"oneadmin", "", 600}));
    ASSERT_TRUE(answer);
    const auto& said = std::get<one::xmlrpc::Array>(std::get<one::xmlrpc::Value>(*answer).data);
    const auto session = "oneadmin:" + std::get<std::string>(said.at(1).data);
    EXPECT_THAT(call("one.system.version", {}, session), HasSubstr("7.4.0"));
    EXPECT_EQ(simulator->control(R"({"skew_s":601})"), R"({"ok":true})");
    EXPECT_THAT(call("one.system.version", {}, session), HasSubstr("be authenticated, aborting call"));
}

TEST_F(SimulatorTest, LosesDatagramsWhilePaused)
{
    start();
    simulator->control(R"({"pause_udp":true})");
    send_to_udp("lost");
    EXPECT_TRUE(eventually(
        [&] { return simulator->control(R"({"calls":true})").find("\"lost_datagrams\":1") != std::string::npos; }));
    send_all(connect_to_tcp().fd(), "still heard");
    EXPECT_TRUE(eventually([&] { return monitor_log().find("still heard") != std::string::npos; }));
    simulator->control(R"({"clear":true})");
    send_to_udp("found");
    EXPECT_TRUE(eventually([&] { return monitor_log().find("found") != std::string::npos; }));
    EXPECT_EQ(monitor_log().find("lost"), std::string::npos);
}

TEST_F(SimulatorTest, RefusesAnAuthFileOfAnother)
{
    write(root / "auth", "somebody:else\n");
    Simulator other{options};
    const auto started = other.start();
    ASSERT_FALSE(started);
    EXPECT_THAT(one::to_line(started.error()), HasSubstr("its first line is not oneadmin:PASSWORD"));
}

}  // namespace
}  // namespace onedsim::test
