// The way out: the host first, everything else after it, and what stays is named.
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

#include "common/managed_block.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace onenode::cli {
namespace {

using one::test::expect_golden;

class Leave : public testing::Test {
protected:
    void SetUp() override
    {
        before = stage.machine();
        ASSERT_EQ(stage.join().exit, Exit::ok);
        stage.front_end.with([](FakeCloud& cloud) { cloud.asked.clear(); });
    }
    void expect_as_before()
    {
        EXPECT_EQ(stage.machine(), before);
        EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
        EXPECT_FALSE(stage.host.stat("/run/onenode"));
    }
    bool agent_was_touched() const
    {
        return std::ranges::any_of(stage.host.touched(),
                                   [](const std::string& one) { return one.starts_with("run systemctl disable"); });
    }
    Process client(int pid, const std::string& host_id, const std::string& name = "node1")
    {
        return {pid, 9869, {"ruby", "/var/tmp/one/im/kvm.d/monitord-client.rb", "kvm", host_id, name}};
    }

    Stage stage{};
    Snapshot before{};
};

TEST_F(Leave, GivesEveryByteBack)
{
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    expect_golden("leave.txt", stage.stable(played.out));
    EXPECT_EQ(stage.front_end.asked(), (std::vector<std::string>{"POST /v1/leave", "POST /v1/left"}));
    expect_as_before();
    EXPECT_FALSE(stage.front_end.with([](const FakeCloud& cloud) { return cloud.node.has_value(); }));
}

TEST_F(Leave, IsFineWhereNothingWasJoined)
{
    ASSERT_EQ(stage.leave().exit, Exit::ok);
    const auto changes = stage.host.changes();
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok);
    EXPECT_EQ(played.out, "This machine is not joined: there is nothing to undo.\n");
    EXPECT_EQ(stage.host.changes(), changes);
}

TEST_F(Leave, RefusesWhileVirtualMachinesRunAndChangesNothing)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.running_vms = 2; });
    const auto during = stage.machine();
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("2 virtual machines run on it"), std::string::npos);
    EXPECT_NE(played.err.find("--accept-risk=abandon-vms"), std::string::npos);
    EXPECT_EQ(played.err.find("forget-frontend"), std::string::npos);
    EXPECT_EQ(stage.machine(), during);
    EXPECT_FALSE(agent_was_touched()) << "the node stays joined, so its agent works on";
    EXPECT_NE(played.err.find("Nothing was changed on this machine"), std::string::npos) << played.err;
    const auto accepted = stage.leave({.accepted_risks = {"abandon-vms"}});
    EXPECT_EQ(accepted.exit, Exit::warnings) << accepted.err;
    EXPECT_NE(accepted.out.find("the host stays in OpenNebula with its 2 virtual machines"), std::string::npos);
    expect_as_before();
}

TEST_F(Leave, GoesNowhereWhereItsStateIsLost)
{
    ASSERT_TRUE(stage.host.remove("/var/lib/onenode/state.json"));
    const auto during = stage.machine();
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("only it knew which front-end"), std::string::npos) << played.err;
    EXPECT_EQ(stage.machine(), during);
    const auto forgetful = stage.leave({.accepted_risks = {"forget-frontend"}});
    EXPECT_EQ(forgetful.exit, Exit::warnings) << "a host is left behind";
    expect_as_before();
}

TEST_F(Leave, DoesNothingWhileItsJournalIsDamaged)
{
    stage.host.with_file("/var/lib/onenode/journal", "{\n");
    const auto during = stage.machine();
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("line 1 is damaged"), std::string::npos) << played.err;
    EXPECT_EQ(stage.machine(), during);
    EXPECT_TRUE(stage.front_end.asked().empty()) << "the host stays";
}

// The disk was made anew and joined once more: most of what the first join wrote was found as it should be.
TEST_F(Leave, LetsNobodyInWhereItsJournalKnowsOnlyAPart)
{
    const auto journal = stage.host.read("/var/lib/onenode/journal").value();
    const auto second_line = journal.find('\n') + 1;
    stage.host.with_file("/var/lib/onenode/journal", journal.substr(0, journal.find('\n', second_line) + 1));
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::warnings) << played.err;
    EXPECT_NE(played.out.find("journal-lost"), std::string::npos) << played.out;
    EXPECT_EQ(one::managed_block(*stage.host.read("/etc/notes"), "onenode"), std::vector<std::string>{});
}

TEST_F(Leave, LetsNobodyInWhereItsJournalIsLost)
{
    ASSERT_TRUE(stage.host.remove("/var/lib/onenode/journal"));
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::warnings) << played.err;
    EXPECT_NE(played.out.find("journal-lost"), std::string::npos) << played.out;
    EXPECT_EQ(one::managed_block(*stage.host.read("/etc/notes"), "onenode"), std::vector<std::string>{});
}

TEST_F(Leave, NeverSaysThatNothingIsThereWhereAllItsStateIsLost)
{
    ASSERT_TRUE(stage.host.remove_tree("/var/lib/onenode"));
    const auto during = stage.machine();
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("what that wrote is here still: /etc/notes"), std::string::npos) << played.err;
    EXPECT_NE(played.err.find("onefrontend node remove"), std::string::npos) << played.err;
    EXPECT_EQ(stage.machine(), during);

    const auto forgetful = stage.leave({.accepted_risks = {"forget-frontend"}});
    EXPECT_EQ(forgetful.exit, Exit::warnings) << forgetful.err;
    EXPECT_NE(forgetful.out.find("journal-lost"), std::string::npos) << forgetful.out;
    EXPECT_EQ(one::managed_block(*stage.host.read("/etc/notes"), "onenode"), std::vector<std::string>{});
    EXPECT_TRUE(agent_was_touched());
    EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
    EXPECT_EQ(stage.leave().exit, Exit::ok) << "now there is nothing";
}

TEST_F(Leave, IsDoneWhereTheFrontEndHadRemovedTheMachine)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.node.reset(); });
    stage.front_end.refuse("/v1/leave", 404,
                           {"not-found", "this machine's node", "it was removed on the front-end", ""});
    stage.front_end.refuse("/v1/left", 404,
                           {"not-found", "this machine's node", "it was removed on the front-end", ""});
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("had removed this machine already"), std::string::npos);
    expect_as_before();
}

TEST_F(Leave, ForgetsNoFrontEndWhileItsVirtualMachinesRunHere)
{
    stage.front_end.go_away();
    stage.host.with_process({.pid = 812, .argv = {"qemu-system-x86_64", "-name", "guest=one-12,debug-threads=on"}});
    const auto during = stage.machine();
    const auto played = stage.leave({.accepted_risks = {"forget-frontend"}});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("1 virtual machine of OpenNebula runs here (one-12)"), std::string::npos) << played.err;
    EXPECT_EQ(stage.machine(), during);
    EXPECT_EQ(stage.leave({.accepted_risks = {"forget-frontend", "abandon-vms"}}).exit, Exit::warnings);
}

TEST_F(Leave, ForgetsNoFrontEndWhereNobodyKnowsItsVirtualMachines)
{
    stage.front_end.go_away();
    stage.host.with_processes_hidden();
    const auto during = stage.machine();
    const auto played = stage.leave({.accepted_risks = {"forget-frontend"}});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("cannot look for guests in /proc: Permission denied"), std::string::npos) << played.err;
    EXPECT_EQ(stage.machine(), during);
}

TEST_F(Leave, UndoesNothingUnderAnAgentThatSystemdCannotStop)
{
    stage.host.with_directory("/run/systemd/system")
        .answering({"systemctl", "disable"}, CommandOutput{.exit_code = 1, .err = "Job timed out.\n"})
        .answering({"systemctl", "is-enabled"}, CommandOutput{.exit_code = 1});
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("cannot stop onenode.service: Job timed out."), std::string::npos) << played.err;
    EXPECT_TRUE(stage.host.stat("/var/lib/onenode/journal"));
    stage.host.answering({"systemctl", "is-active"}, CommandOutput{.exit_code = 3});
    EXPECT_EQ(stage.leave().exit, Exit::ok);
}

TEST_F(Leave, WaitsForAnAgentOfAnotherSupervisorAndTellsItToEnd)
{
    stage.host.without("/run/systemd")
        .with_file("/run/onenode/agent.json", R"({"pid": 55})")
        .with_process({.pid = 55, .argv = {"/usr/bin/onenode", "agent"}})
        .locked_by(55, "/run/onenode-agent.lock");
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("cannot stop the agent: process 55 goes on though this machine leaves"),
              std::string::npos)
        << played.err;
    EXPECT_TRUE(stage.host.stat("/var/lib/onenode/journal")) << "nothing is undone under it";
    EXPECT_TRUE(stage.host.machine().processes.empty()) << "it was told to end";
    stage.host.locked_by(0);
    EXPECT_EQ(stage.leave().exit, Exit::ok);
}

TEST_F(Leave, NamesTheWayOutWhereTheFrontEndIsGone)
{
    stage.front_end.go_away();
    const auto during = stage.machine();
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("onenode leave --offline"), std::string::npos) << played.err;
    EXPECT_EQ(stage.machine(), during);
    EXPECT_FALSE(agent_was_touched()) << "the node stays joined, so its agent works on";

    const auto forgetful = stage.leave({.accepted_risks = {"forget-frontend"}});
    EXPECT_EQ(forgetful.exit, Exit::warnings) << forgetful.err;
    EXPECT_NE(forgetful.out.find("onehost delete node1"), std::string::npos);
    EXPECT_TRUE(agent_was_touched());
    expect_as_before();
}

TEST_F(Leave, EndsTheMonitoringClientThatOpenNebulaDidNotEnd)
{
    stage.host.with_process(client(77, "12"))
        .with_process({78, 9869, {"sshd: oneadmin@notty"}})
        .with_process({79, 0, {"/usr/sbin/cron"}});
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("process 77 was killed"), std::string::npos) << played.out;
    ASSERT_EQ(stage.host.machine().processes.size(), 1U);
    EXPECT_EQ(stage.host.machine().processes.front().pid, 79);
    stage.host.machine().processes.clear();
    expect_as_before();
}

// It has killed the client already, and sleeps before it ends: until then it is a process of oneadmin's.
TEST_F(Leave, WaitsForOpenNebulasStopScriptAfterTheClient)
{
    stage.host.with_process({80, 9869, {"/bin/sh", "/var/tmp/one/im/stop_monitord_client", "kvm", "12", "node1"}})
        .with_process({81, 9869, {"bash", "/var/tmp/one/im/kvm.d/monitord-client_control.sh", "kvm", "12", "node1"}});
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    EXPECT_NE(played.out.find("process 80 was killed"), std::string::npos) << "it never ended\n" << played.out;
    EXPECT_TRUE(stage.host.machine().processes.empty());
    expect_as_before();
}

// It opens its database when it is done looking, and would put /var/tmp/one_db back behind a leave.
TEST_F(Leave, EndsAProbeThatOutlivesTheClient)
{
    stage.host
        .with_process(
            {82, 9869, {"ruby", "/var/tmp/one/im/kvm-probes.d/host/system/linux_host.rb", "kvm", "12", "node1"}})
        .with_process({83, 1000, {"less", "/var/tmp/one/im/lib/linux.rb"}});
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    ASSERT_EQ(stage.host.machine().processes.size(), 1U);
    EXPECT_EQ(stage.host.machine().processes.front().pid, 83) << "a person's, who looks at it";
}

// Without a membership it is every client; but who edits its script, or is root, is none.
TEST_F(Leave, KillsNobodyWhoOnlyLooksAtTheClientsScript)
{
    ASSERT_TRUE(stage.host.remove("/var/lib/onenode/state.json"));
    const std::string script = "/var/tmp/one/im/kvm.d/monitord-client.rb";
    stage.host.with_process({71, 1000, {"vi", script}})
        .with_process({72, 9869, {"vi", script}})
        .with_process({73, 9869, {"sh", "-c", "vi " + script}})
        .with_process({74, 0, {"ruby", script, "kvm", "12", "node1"}})
        .with_process({75, 9869, {"ruby", "-W0", script, "kvm", "12", "node1"}});
    const auto played = stage.leave({.accepted_risks = {"forget-frontend"}});
    EXPECT_EQ(played.exit, Exit::warnings) << played.err;
    const auto was_killed = [this](int pid) {
        const auto& touched = stage.host.touched();
        return std::ranges::find(touched, "signal " + std::to_string(pid) + " 9") != touched.end();
    };
    for (const int pid : {71, 72, 73, 74})
        EXPECT_FALSE(was_killed(pid)) << pid;
    EXPECT_TRUE(was_killed(75));
}

TEST_F(Leave, LeavesTheProbesOfAnotherFrontEndAlone)
{
    stage.host.with_process(client(79, "7", "elsewhere"))
        .with_process(
            {82, 9869, {"ruby", "/var/tmp/one/im/kvm-probes.d/host/system/linux_host.rb", "kvm", "7", "elsewhere"}});
    static_cast<void>(stage.leave());
    EXPECT_EQ(stage.host.machine().processes.size(), 2U);
}

TEST_F(Leave, RemovesWhatOpenNebulasDriversLeft)
{
    stage.host.with_directory("/var/tmp/one", 0755, 9869, 9869)
        .with_file("/var/tmp/one/im/probe", "x", 0755, 9869, 9869)
        .with_file("/var/tmp/one_db/config", "x", 0644, 9869, 9869)
        .with_file("/tmp/one-monitord-12.pid", "77", 0644, 9869, 9869)
        .with_file("/tmp/one-monitord-12.error", "", 0644, 9869, 9869);
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    expect_as_before();
}

// A host that is deleted while it is new is still being started: until its key is gone, OpenNebula may log in.
TEST_F(Leave, RemovesAlsoWhatOpenNebulasDriversBringWhileItUndoes)
{
    stage.host.meanwhile("run userdel oneadmin", [this] {
        stage.host.with_file("/var/tmp/one/im/probe", "x", 0755, 9869, 9869)
            .with_file("/tmp/one-monitord-12.pid", "77", 0644, 9869, 9869)
            .with_process({90, 0, {"sshd: oneadmin [priv]"}})
            .with_process({91, 9869, {"sshd: oneadmin@notty"}})
            .with_process({92, 9869, {"rsync", "--server", "-logDtpRze.iLsfxCIvu", ".", "/var/tmp/one"}})
            .with_process(client(77, "12"))
            .with_process({93, 0, {"sshd: root [priv]"}})
            .with_process({94, 0, {"rsync", "--server", ".", "/srv"}});
    });
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok) << played.err;
    std::vector<int> left;
    for (const auto& process : stage.host.machine().processes)
        left.push_back(process.pid);
    EXPECT_EQ(left, (std::vector{93, 94}));
    EXPECT_FALSE(stage.host.stat("/var/tmp/one"));
    EXPECT_FALSE(stage.host.stat("/tmp/one-monitord-12.pid"));
}

// OpenNebula tries again for seconds to start the client of a host that is deleted: the next join lets it in.
TEST_F(Leave, EndsTheClientOfAHostOfAnEarlierJoin)
{
    stage.host.with_process(client(77, "3")).with_file("/var/tmp/one/im/probe", "x", 0755, 9869, 9869);
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_TRUE(stage.host.machine().processes.empty());
    EXPECT_FALSE(stage.host.stat("/var/tmp/one"));
}

TEST_F(Leave, LeavesAnotherCloudsDriversAlone)
{
    stage.host.with_process(client(77, "3", "elsewhere"))
        .with_file("/var/tmp/one/im/probe", "x", 0755, 9869, 9869)
        .with_file("/tmp/one-monitord-x", "root's", 0644, 0, 0);
    const auto played = stage.leave();
    EXPECT_NE(played.out.find("stays: /var/tmp/one (process 77 monitors this machine for another host)"),
              std::string::npos)
        << played.out;
    EXPECT_TRUE(stage.host.stat("/var/tmp/one/im/probe"));
    EXPECT_TRUE(stage.host.stat("/tmp/one-monitord-x"));
}

TEST_F(Leave, KeepsDatastoresWithContentTheirOwnerAndPackages)
{
    stage.host.with_file("/var/lib/one/datastores/0/12/disk.0", "a disk", 0640, 9869, 9869)
        .answering({"dpkg-query"}, CommandOutput{.out = "ii opennebula-node-kvm un opennebula ii opennebula-common "});
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::ok);
    expect_golden("leave-kept.txt", stage.stable(played.out));
    EXPECT_TRUE(stage.host.stat("/var/lib/one/datastores/0/12/disk.0"));
    EXPECT_TRUE(stage.host.user("oneadmin"));
}

TEST_F(Leave, GoesOnWhereTheFrontEndForgotTheNodeAlready)
{
    stage.front_end.refuse("/v1/left", 404, {"not-found", "this node", "it was removed", ""});
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    expect_as_before();
}

TEST_F(Leave, DeletesTheHostLaterWhereTheFrontEndComesBackInTheMiddle)
{
    for (const auto* path : {"/v1/leave", "/v1/left"})
        stage.front_end.refuse(path, 500, {"internal", "oned", "it does not answer", ""});
    stage.host.die_before(12);  // while undoing, the front-end was given up already
    EXPECT_THROW(stage.leave({.accepted_risks = {"forget-frontend"}}), Died);
    stage.host.recover();
    for (const auto* path : {"/v1/leave", "/v1/left"})
        stage.front_end.refuse(path, 0, {});
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_TRUE(stage.front_end.with([](const FakeCloud& cloud) { return cloud.hosts.empty(); }));
    expect_as_before();
}

TEST_F(Leave, FinishesLaterWhatItCouldNotFinishNow)
{
    stage.front_end.refuse("/v1/left", 500, {"internal", "oned", "it does not answer", "look at oned.log"});
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("To go on: onenode leave"), std::string::npos);
    EXPECT_NE(stage.join().err.find("about to leave"), std::string::npos);
    stage.front_end.refuse("/v1/left", 0, {});
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    expect_as_before();
}

TEST_F(Leave, KeepsAnEditThatAPersonMadeMeanwhile)
{
    const auto text = *stage.host.read("/etc/notes");
    stage.host.with_file("/etc/notes", text + "hers\n");
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_EQ(*stage.host.read("/etc/notes"), "mine\nhers\n");
}

TEST(LeaveUnfinished, UndoesAJoinThatFailed)
{
    Stage stage;
    const auto before = stage.machine();
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.rehearsal_findings = {{"probe-pci", "error", "lspci: command not found", "apt install pciutils"}};
    });
    ASSERT_EQ(stage.join().exit, Exit::failed);
    EXPECT_NE(stage.machine(), before);
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_EQ(stage.machine(), before);
    EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
}

TEST(LeaveUnfinished, SaysThatTheFrontEndMayRememberAMachineThatItsAnswerNeverReached)
{
    Stage stage;
    stage.front_end.break_at(2, Break::after);  // enrolled there, and the answer is lost
    ASSERT_EQ(stage.join().exit, Exit::failed);
    EXPECT_NE(stage.status().out.find("This machine is about to join " + stage.front_end.address()), std::string::npos);
    const auto played = stage.leave();
    EXPECT_EQ(played.exit, Exit::warnings) << played.err;
    EXPECT_NE(played.out.find("no certificate came back"), std::string::npos) << played.out;
    EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
}

TEST(LeaveUnfinished, EndsTheMonitoringOfAHostWhoseNumberTheNodeNeverLearnt)
{
    Stage stage;
    stage.front_end.refuse("/v1/register", 500, {"internal", "oned", "the answer is lost", ""});
    ASSERT_EQ(stage.join().exit, Exit::failed);
    stage.host.with_process({77, 9869, {"ruby", "/var/tmp/one/im/kvm.d/monitord-client.rb", "kvm", "12", "node1"}});
    const auto played = stage.leave();
    EXPECT_NE(played.out.find("process 77 was killed"), std::string::npos) << played.out << played.err;
    EXPECT_TRUE(stage.host.machine().processes.empty());
}

TEST(LeaveUnfinished, HasNothingToTellAFrontEndThatRefused)
{
    Stage stage;
    stage.front_end.refuse("/v1/enroll", 403, {"denied", "the token", "it has expired", "onefrontend token create"});
    ASSERT_EQ(stage.join().exit, Exit::failed);
    EXPECT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
}

TEST(LeaveUnfinished, NeedsAWordToForgetADamagedState)
{
    Stage stage;
    stage.host.with_file("/var/lib/onenode/state.json", "{");
    EXPECT_EQ(stage.leave().exit, Exit::cannot_run);
    const auto played = stage.leave({.accepted_risks = {"forget-frontend"}});
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("onefrontend node remove"), std::string::npos) << played.out;
    EXPECT_FALSE(stage.host.stat("/var/lib/onenode"));
}

}  // namespace
}  // namespace onenode::cli
