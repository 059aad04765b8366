// onemonitord's rules: which message counts, what is logged, when a host is started again.
#include "tests/oned-sim/monitor/manager.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace onedsim {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

struct Reports : OnedReports {
    std::vector<std::string> said{};
    void host_error(int host, const std::string& text) override
    {
        said.push_back("error " + std::to_string(host) + " " + text);
    }
    void system_report(int host, const std::string& text) override
    {
        said.push_back("system " + std::to_string(host) + " " + text);
    }
    void vm_states(int host, const std::string& text) override
    {
        said.push_back("states " + std::to_string(host) + " " + text);
    }
    void host_record(int host, const MonitoringRecord&) override { said.push_back("record " + std::to_string(host)); }
};

struct Driver : MonitorDriver {
    std::vector<std::string> jobs{};
    void start_monitor(DriverJob job) override { jobs.push_back("start " + job.name); }
    void stop_monitor(DriverJob job) override { jobs.push_back("stop " + job.name); }
};

struct HostMonitorTest : testing::Test {
    std::string path =
        testing::TempDir() + "monitor-" + testing::UnitTest::GetInstance()->current_test_info()->name() + ".log";
    MonitorSettings settings{};
    Clock clock{};
    FrontLog log{path, clock};
    Reports reports{};
    Driver driver{};
    HostMonitor monitor{settings, reports, driver, clock, log};

    void SetUp() override { std::filesystem::remove(path); }

    std::string logged()
    {
        std::ifstream file{path};
        std::stringstream text;
        text << file.rdbuf();
        return text.str();
    }
    void with_host(int id, HostState state = HostState::init)
    {
        auto host = new_host(id, "node" + std::to_string(id), "kvm", "kvm", 0, "default");
        host.state = state;
        monitor.update_host(host);
    }
};

constexpr const char* payload = "eNozNLc0NTIwtzAzBwALYQIV";  // of a captured beacon

TEST_F(HostMonitorTest, StartsAHostThatIsNew)
{
    with_host(3);
    EXPECT_THAT(driver.jobs, ElementsAre("start node3"));
    EXPECT_THAT(logged(), MatchesRegex("... ... .. ..:..:.. .... .Z0..HMM..D.: Monitoring host node3.3.\n"));
}

TEST_F(HostMonitorTest, LogsWhatItCannotReadWithTheWholeText)
{
    for (const std::string text :
         {"hello", "ONENODE_PROBE SUCCESS -1 17 eNoz", "BEACON_HOST SUCCESS 7 17 notbase64!!", "UNDEFINED - -1 17 x"}) {
        monitor.receive(text);
        EXPECT_THAT(logged(), EndsWith("[Z0][MDP][I]: Received UNDEFINED msg: " + text + "\n"));
    }
    monitor.receive(std::string{"\0binary", 7});
    EXPECT_THAT(logged(), EndsWith("[Z0][MDP][I]: Received UNDEFINED msg: \n"));
}

TEST_F(HostMonitorTest, NamesHostsThatItDoesNotKnow)
{
    monitor.receive(std::string{"BEACON_HOST SUCCESS 4242 1795207867 "} + payload);
    EXPECT_THAT(logged(), EndsWith("[HMM][W]: beacon_host: unknown host 4242\n"));
    monitor.receive("BEACON_HOST SUCCESS 4243\n");
    EXPECT_THAT(logged(), EndsWith("[HMM][W]: beacon_host: unknown host 4243\n"));
    monitor.receive(std::string{"STATE_VM SUCCESS 4242 1795207867 "} + payload);
    EXPECT_THAT(logged(), EndsWith("[HMM][W]: message ignored for unknown host 4242\n"));
    monitor.receive(std::string{"BEACON_HOST FAILURE 4242 1795207867 "} + payload);
    EXPECT_THAT(logged(), HasSubstr("[MDP][W]: Error condition detected on beacon for host 4242: 1795207867\n"));
    EXPECT_THAT(logged(), EndsWith("[HMM][W]: monitor_host: unknown host 4242\n"));
}

TEST_F(HostMonitorTest, SaysNothingOfAnEmptyMessage)
{
    monitor.receive("");
    EXPECT_THAT(logged(), IsEmpty());
}

TEST_F(HostMonitorTest, DropsAMessageOlderThanTheLastOfItsKind)
{
    with_host(2);
    monitor.receive(std::string{"SYSTEM_HOST SUCCESS 2 200 "} + payload);
    monitor.receive(std::string{"SYSTEM_HOST SUCCESS 2 100 "} + payload);
    monitor.receive(std::string{"STATE_VM SUCCESS 2 100 "} + payload);
    EXPECT_THAT(reports.said, ElementsAre("system 2 1795207867", "states 2 1795207867"));
    EXPECT_THAT(logged(), HasSubstr("[HMM][W]: out of order message ignored for host 2\n"));
}

TEST_F(HostMonitorTest, TakesOlderMessagesAgainAfterAChangeOfState)
{
    with_host(2);
    monitor.receive(std::string{"SYSTEM_HOST SUCCESS 2 200 "} + payload);
    with_host(2, HostState::monitored);
    monitor.receive(std::string{"SYSTEM_HOST SUCCESS 2 100 "} + payload);
    EXPECT_EQ(reports.said.size(), 2U);
    EXPECT_THAT(logged(), HasSubstr("[HMM][D]: Updated Host 2, state MONITORED\n"));
}

TEST_F(HostMonitorTest, KeepsTheReasonOfAFailedStartToItself)
{
    with_host(2);
    monitor.started(2, false, "Could not update remotes");
    EXPECT_THAT(reports.said, ElementsAre("error 2 "));
    EXPECT_THAT(logged(), HasSubstr("[MDP][W]: Start monitor failed for host 2: Could not update remotes\n"));
    EXPECT_THAT(logged(), EndsWith("[HMM][E]: Unable to monitor host id: 2\n"));
}

TEST_F(HostMonitorTest, RefusesAStartMessageThatEndsInTheMiddleOrHasTextAround)
{
    with_host(2);
    for (const std::string text : {"<MONITOR_MESSAGES><SYSTEM_HOST>Error executing pci.rb: no</SYSTEM_HOST>",
                                   "Welcome\n<MONITOR_MESSAGES></MONITOR_MESSAGES>", "-"}) {
        reports.said.clear();
        monitor.started(2, true, text);
        EXPECT_THAT(reports.said, ElementsAre("error 2 ")) << text;
        EXPECT_THAT(logged(), EndsWith("[MDP][W]: Error parsing start message for host 2: " + text + "\n"));
    }
}

TEST_F(HostMonitorTest, TakesTheReportsOfAStartInItsOwnOrder)
{
    with_host(2);
    monitor.started(2, true,
                    "<MONITOR_MESSAGES><SYSTEM_HOST>QT0x</SYSTEM_HOST>\n<MONITOR_HOST>RlJFRUNQVT0x</"
                    "MONITOR_HOST>\n<TIMESTAMP>5</TIMESTAMP></MONITOR_MESSAGES>");
    EXPECT_THAT(reports.said, ElementsAre("record 2", "system 2 A=1"));
    EXPECT_THAT(logged(), EndsWith("[HMM][D]: Start monitor success, host: 2\n"));
}

TEST_F(HostMonitorTest, StartsASilentHostAgainButNotBefore)
{
    with_host(2);
    monitor.started(2, true, "");
    clock.skew(170);
    monitor.tick();
    EXPECT_EQ(driver.jobs.size(), 1U);
    clock.skew(185);
    monitor.tick();
    EXPECT_THAT(driver.jobs, ElementsAre("start node2", "start node2"));
}

TEST_F(HostMonitorTest, IsCalmedByABeacon)
{
    with_host(2);
    monitor.started(2, true, "");
    clock.skew(170);
    monitor.receive(std::string{"BEACON_HOST SUCCESS 2 1 "} + payload);
    clock.skew(185);
    monitor.tick();
    EXPECT_EQ(driver.jobs.size(), 1U);
}

TEST_F(HostMonitorTest, WaitsLongerForAStartThatHasNotAnswered)
{
    with_host(2);
    clock.skew(200);
    monitor.tick();
    EXPECT_EQ(driver.jobs.size(), 1U);
    clock.skew(301);
    monitor.tick();
    EXPECT_EQ(driver.jobs.size(), 2U);
}

TEST_F(HostMonitorTest, StopsAHostThatGoesOfflineAndStartsItWhenItIsBack)
{
    with_host(2);
    monitor.started(2, true, "");
    with_host(2, HostState::offline);
    with_host(2, HostState::init);
    EXPECT_THAT(driver.jobs, ElementsAre("start node2", "stop node2", "start node2"));
}

TEST_F(HostMonitorTest, StopsADeletedHostAndForgetsIt)
{
    with_host(2);
    monitor.stop_monitor(2, "node2", "kvm");
    monitor.delete_host(2);
    monitor.receive(std::string{"BEACON_HOST SUCCESS 2 1 "} + payload);
    EXPECT_THAT(driver.jobs, ElementsAre("start node2", "stop node2"));
    EXPECT_THAT(logged(), EndsWith("beacon_host: unknown host 2\n"));
}

TEST_F(HostMonitorTest, DoesNotStartAHostFromBeforeARestartAtOnce)
{
    auto host = new_host(2, "node2", "kvm", "kvm", 0, "default");
    monitor.know(host);
    EXPECT_THAT(driver.jobs, IsEmpty());
    monitor.tick();
    EXPECT_THAT(driver.jobs, ElementsAre("start node2"));
}

TEST_F(HostMonitorTest, HasNoDriverForOtherHypervisors)
{
    auto host = new_host(2, "node2", "vcenter", "vcenter", 0, "default");
    monitor.update_host(host);
    EXPECT_THAT(driver.jobs, IsEmpty());
    EXPECT_THAT(logged(), EndsWith("[HMM][E]: start_monitor: Cannot find driver vcenter\n"));
}

TEST(Configuration, CarriesTheHostsIdAndWhereToReport)
{
    MonitorSettings settings;
    settings.monitor_address = "10.0.0.1";
    const auto xml = configuration_xml(settings, 7);
    EXPECT_THAT(xml, HasSubstr("<MONITOR_ADDRESS><![CDATA[10.0.0.1]]></MONITOR_ADDRESS><PORT><![CDATA[4124]]></PORT>"));
    EXPECT_THAT(xml, EndsWith("<HOST_ID>7</HOST_ID></MONITOR_CONFIGURATION>"));
}

}  // namespace
}  // namespace onedsim
