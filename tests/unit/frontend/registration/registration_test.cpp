#include "tests/unit/frontend/registration/joining_node.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

namespace {

using namespace onefrontend;
using namespace onefrontend::test;
using one::ErrorKind;
using std::chrono::seconds;

struct Registering : testing::Test {
    FakeOned oned{};
    Service service{oned};
    int id = service.add(proven_node());

    Node node() { return service.get(id); }
    void joined()
    {
        ASSERT_TRUE(run(service.registration.register_host(node())));
        ASSERT_TRUE(run(service.registration.commit(node())));
    }
};

TEST_F(Registering, AllocatesTheHostWithTheNodesNameDriverAndCluster)
{
    const auto report = run(service.registration.register_host(node()));
    ASSERT_TRUE(report) << one::to_text(report.error());
    EXPECT_EQ(report->phase, "registering");
    const auto& host = oned.hosts.at(report->host_id);
    EXPECT_EQ(host.name, "kvm1");
    EXPECT_EQ(host.driver, "kvm");
    EXPECT_EQ(host.onenode, "");
    EXPECT_EQ(node().intent.host_id, report->host_id);
    EXPECT_EQ(node().phase, Phase::registering);
}

TEST_F(Registering, RefusesANodeThatIsNotProven)
{
    auto unproven = node();
    unproven.proofs.login_ok = false;
    unproven.proofs.rehearsal_ok = false;
    const auto report = run(service.registration.register_host(unproven));
    ASSERT_FALSE(report);
    EXPECT_EQ(one::to_line(report.error()), "cannot register node kvm1: not proven yet: login, rehearsal");
    EXPECT_TRUE(oned.hosts.empty());
}

TEST_F(Registering, RefusesABannedNode)
{
    auto banned = node();
    banned.banned = true;
    EXPECT_EQ(run(service.registration.register_host(banned)).error().kind, ErrorKind::denied);
}

TEST_F(Registering, RefusesANameThatAnotherHostHasAndIntendsNothing)
{
    const int theirs = oned.add_host({.name = "kvm1", .driver = "kvm"});
    const auto report = run(service.registration.register_host(node()));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::conflict);
    EXPECT_NE(one::to_text(report.error()).find("onehost delete " + std::to_string(theirs)), std::string::npos);
    EXPECT_EQ(node().intent.host_name, "");
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 1U);
}

TEST_F(Registering, GoesOnWithItsOwnHostWhenAskedAgain)
{
    const auto first = run(service.registration.register_host(node()));
    const auto second = run(service.registration.register_host(node()));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->host_id, second->host_id);
    EXPECT_EQ(oned.count("one.host.allocate"), 1);
}

TEST_F(Registering, MakesANewHostWhereItsEarlierOneFailed)
{
    oned.state_of_new_hosts = 3;
    const auto first = run(service.registration.register_host(node()));
    oned.state_of_new_hosts = 2;
    const auto second = run(service.registration.register_host(node()));
    ASSERT_TRUE(first && second);
    EXPECT_NE(first->host_id, second->host_id);
    EXPECT_EQ(oned.hosts.size(), 1U);
}

TEST_F(Registering, ReplacesTheHostOfAnEarlierTryUnderAnotherNameOrType)
{
    ASSERT_TRUE(run(service.registration.register_host(node())));
    auto other = node();
    other.name = "kvm1-new";
    other.type = "qemu";
    ASSERT_TRUE(run(service.registration.register_host(other)));
    ASSERT_EQ(oned.hosts.size(), 1U);
    EXPECT_EQ(oned.hosts.begin()->second.name, "kvm1-new");
    EXPECT_EQ(oned.hosts.begin()->second.driver, "qemu");

    oned.hosts.begin()->second.vms = {1};
    auto back = node();
    back.name = "kvm1";
    EXPECT_EQ(run(service.registration.register_host(back)).error().reason, "OpenNebula has 1 VMs on it");
}

TEST_F(Registering, CommitsWithAnAttributeThatPointsToTheNode)
{
    joined();
    const auto& host = oned.hosts.begin()->second;
    EXPECT_EQ(host.onenode, std::to_string(id));
    EXPECT_EQ(node().phase, Phase::joined);
    EXPECT_EQ(node().host_id, oned.hosts.begin()->first);
    EXPECT_EQ(node().intent, Intent{});
}

TEST_F(Registering, CommitsTwiceWithoutAChange)
{
    joined();
    const int calls = oned.count("one.document.update");
    const auto again = run(service.registration.commit(node()));
    ASSERT_TRUE(again);
    EXPECT_EQ(again->phase, "joined");
    EXPECT_EQ(oned.count("one.document.update"), calls);
    const auto registered = run(service.registration.register_host(node()));
    ASSERT_TRUE(registered);
    EXPECT_EQ(registered->phase, "joined");
}

TEST_F(Registering, DoesNotCommitAHostThatIsNotOn)
{
    oned.state_of_new_hosts = 0;
    ASSERT_TRUE(run(service.registration.register_host(node())));
    const auto report = run(service.registration.commit(node()));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().reason, "its state is init, not on");
}

TEST_F(Registering, DoesNotCommitAHostThatIsGone)
{
    ASSERT_TRUE(run(service.registration.register_host(node())));
    oned.hosts.clear();
    EXPECT_EQ(run(service.registration.commit(node())).error().kind, ErrorKind::not_found);
    EXPECT_EQ(node().phase, Phase::registering);
}

TEST_F(Registering, CommitsAfterTheDeadlineAsLongAsTheHostIsThere)
{
    ASSERT_TRUE(run(service.registration.register_host(node())));
    auto late = node();
    late.intent.deadline = 1;
    const auto report = run(service.registration.commit(late));
    ASSERT_TRUE(report) << one::to_text(report.error());
    EXPECT_EQ(node().phase, Phase::joined);
}

TEST_F(Registering, ReportsAtOnceWhatIsNoLongerInit)
{
    ASSERT_TRUE(run(service.registration.register_host(node())));
    const auto report = run(service.registration.report(node(), seconds{60}));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->state, "on");
}

TEST_F(Registering, ReportsInitWhenItsTimeIsUp)
{
    oned.state_of_new_hosts = 0;
    ASSERT_TRUE(run(service.registration.register_host(node())));
    EXPECT_EQ(run(service.registration.report(node(), seconds{0}))->state, "init");
}

TEST_F(Registering, KeepsTheSweepOffAsLongAsTheNodeWaits)
{
    service.config.register_wait = seconds{40};
    oned.state_of_new_hosts = 0;
    ASSERT_TRUE(run(service.registration.register_host(node())));
    service.put_deadline(id, node().intent.deadline - 60);  // a minute later
    ASSERT_TRUE(run(service.registration.report(node(), seconds{0})));
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 1U);
    const int writes = oned.count("one.document.update");
    ASSERT_TRUE(run(service.registration.report(node(), seconds{0})));
    EXPECT_EQ(oned.count("one.document.update"), writes) << "not with every question";
}

TEST_F(Registering, LeavesNoHostOfANodeThatIsRemovedMeanwhile)
{
    oned.after = [this](const std::string& method) {
        if (method == "one.host.allocate") oned.documents.clear();
    };
    const auto report = run(service.registration.register_host(node()));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().kind, ErrorKind::not_found);
    EXPECT_TRUE(oned.hosts.empty());
}

TEST_F(Registering, ReadsOnemonitordsLogOffTheLoop)
{
    oned.state_of_new_hosts = 3;
    const auto host = run(service.registration.register_host(node()));
    std::promise<void> worker_may_go;
    one::asio::post(service.pool, [may_go = worker_may_go.get_future().share()] { may_go.wait(); });
    one::asio::io_context loop;
    auto report = one::asio::co_spawn(loop, service.registration.report(node(), seconds{0}), one::asio::use_future);
    loop.poll();
    EXPECT_EQ(report.wait_for(seconds{0}), std::future_status::timeout) << "it needs the worker";
    worker_may_go.set_value();
    loop.run();
    EXPECT_EQ(report.get()->state, "err");
    service.pool.join();  // before the loop goes
}

TEST_F(Registering, ReportsThatThereIsNoHost)
{
    const auto report = run(service.registration.report(node(), seconds{60}));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->host_id, -1);
    EXPECT_EQ(report->phase, "enrolled");
}

TEST_F(Registering, TakesTheReasonOfAnErrorFromMonitorLog)
{
    std::string pattern = (std::filesystem::temp_directory_path() / "registration-XXXXXX").string();
    const std::filesystem::path folder = ::mkdtemp(pattern.data());
    service.config.monitor_log = folder / "monitor.log";
    oned.state_of_new_hosts = 3;
    const auto host = run(service.registration.register_host(node()));
    ASSERT_TRUE(host);
    std::ofstream{service.config.monitor_log}
        << "Sat Nov 21 08:36:54 2026 [Z0][MDP][W]: Failed to get system information for host " << host->host_id
        << ": lspci: not found\n";
    const auto report = run(service.registration.report(node(), seconds{1}));
    std::filesystem::remove_all(folder);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->state, "err");
    EXPECT_EQ(report->reason, "lspci: not found");
}

TEST_F(Registering, AbandonsAHostOfAnUnfinishedJoin)
{
    ASSERT_TRUE(run(service.registration.register_host(node())));
    const auto report = run(service.registration.abandon(node()));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->host_id, -1);
    EXPECT_TRUE(oned.hosts.empty());
    EXPECT_EQ(node().phase, Phase::enrolled);
    EXPECT_TRUE(run(service.registration.abandon(node())));  // nothing left to do
}

TEST_F(Registering, AbandonsNoHostWithVms)
{
    ASSERT_TRUE(run(service.registration.register_host(node())));
    oned.hosts.begin()->second.vms = {7};
    const auto report = run(service.registration.abandon(node()));
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().reason, "OpenNebula has 1 VMs on it");
    EXPECT_EQ(oned.hosts.size(), 1U);
}

TEST_F(Registering, AbandonsNoJoinThatIsFinished)
{
    joined();
    EXPECT_EQ(run(service.registration.abandon(node())).error().kind, ErrorKind::conflict);
    EXPECT_EQ(oned.hosts.size(), 1U);
}

TEST_F(Registering, LeavesByDeletingTheHost)
{
    joined();
    const auto report = run(service.registration.leave(node(), false));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->host_id, -1);
    EXPECT_EQ(report->phase, "leaving");
    EXPECT_TRUE(oned.hosts.empty());
    EXPECT_TRUE(run(service.registration.leave(node(), false)));
}

TEST_F(Registering, DoesNotLeaveWithVmsUnasked)
{
    joined();
    oned.hosts.begin()->second.vms = {7, 8};
    EXPECT_EQ(run(service.registration.leave(node(), false)).error().reason, "OpenNebula has 2 VMs on it");
    EXPECT_EQ(node().phase, Phase::joined);
}

TEST_F(Registering, TakesTheHostOfflineWhenItsVmsAreAbandoned)
{
    joined();
    oned.hosts.begin()->second.vms = {7};
    const auto report = run(service.registration.leave(node(), true));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->state, "off");
    EXPECT_EQ(report->running_vms, 1);
    EXPECT_FALSE(report->reason.empty());
    EXPECT_EQ(oned.hosts.size(), 1U);
}

TEST_F(Registering, CommitsNothingOfANodeThatLeavesMeanwhile)
{
    ASSERT_TRUE(run(service.registration.register_host(node())));
    oned.after = [this](const std::string& method) {
        if (method != "one.host.update") return;
        Node leaving = *node_from_json(id, oned.documents.at(id).body);
        leaving.phase = Phase::leaving;
        oned.documents.at(id).body = to_json(leaving);
    };
    EXPECT_EQ(run(service.registration.commit(node())).error().kind, ErrorKind::busy);
    EXPECT_EQ(node().phase, Phase::leaving);
}

TEST_F(Registering, LeavesNoHostOfANodeThatLeavesMeanwhile)
{
    oned.after = [this](const std::string& method) {
        if (method != "one.host.allocate") return;
        Node leaving = *node_from_json(id, oned.documents.at(id).body);
        leaving.phase = Phase::leaving;
        oned.documents.at(id).body = to_json(leaving);
    };
    EXPECT_EQ(run(service.registration.register_host(node())).error().kind, ErrorKind::busy);
    EXPECT_TRUE(oned.hosts.empty());
    EXPECT_EQ(node().phase, Phase::leaving);
}

TEST_F(Registering, LeavesWhateverWasWrittenMeanwhile)
{
    joined();
    const Node before = node();
    const auto settle = [](Node& present) -> one::Result<> {
        present.settled = true;
        return {};
    };
    ASSERT_TRUE(run(service.nodes.change(id, settle)));
    ASSERT_TRUE(run(service.registration.leave(before, false)));
    EXPECT_TRUE(node().settled && node().phase == Phase::leaving);
}

struct Sweeping : Registering {
    void SetUp() override
    {
        service.config.register_wait = seconds{-100};  // every intent is overdue
        ASSERT_TRUE(run(service.registration.register_host(node())));
    }
    FakeOned::Host& host() { return oned.hosts.begin()->second; }
};

TEST_F(Sweeping, RemovesAHostWhoseJoinWasNotFinishedInTime)
{
    EXPECT_EQ(run(service.registration.sweep()), 1);
    EXPECT_TRUE(oned.hosts.empty());
    EXPECT_EQ(node().phase, Phase::enrolled);
    EXPECT_EQ(node().intent, Intent{});
    EXPECT_EQ(run(service.registration.sweep()), 0);
}

TEST_F(Sweeping, WaitsForTheDeadline)
{
    service.put_deadline(id, node().intent.deadline + 1000);
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 1U);
}

TEST_F(Sweeping, KeepsAHostWithVms)
{
    host().vms = {3};
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 1U);
    EXPECT_EQ(node().phase, Phase::registering);
}

TEST_F(Sweeping, KeepsAHostThatSomebodyMarkedOrRenamed)
{
    host().onenode = "4242";
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 1U);
    EXPECT_EQ(node().intent, Intent{});

    auto renamed = proven_node();
    renamed.name = "kvm2";
    const int second = service.add(renamed);
    ASSERT_TRUE(run(service.registration.register_host(service.get(second))));
    oned.hosts.rbegin()->second.name = "kept";
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 2U);
}

TEST_F(Sweeping, FinishesACommitThatStoppedHalfway)
{
    host().onenode = std::to_string(id);
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(node().phase, Phase::joined);
    EXPECT_EQ(node().host_id, oned.hosts.begin()->first);
}

TEST_F(Sweeping, NeverTouchesAHostThatNoIntentNames)
{
    oned.hosts.clear();
    oned.add_host({.name = "other", .driver = "kvm"});
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 1U);
    EXPECT_EQ(node().phase, Phase::enrolled);
}

TEST_F(Sweeping, NeverTouchesAJoinedNode)
{
    ASSERT_TRUE(run(service.registration.commit(node())));
    host().onenode = "";
    EXPECT_EQ(run(service.registration.sweep()), 0);
    EXPECT_EQ(oned.hosts.size(), 1U);
}

}  // namespace
