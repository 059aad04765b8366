// What `onenode status` says of a node in each of its conditions.
#include "nodeagent/link/membership.hpp"
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

#include "nodeagent/link/approval.hpp"
#include "nodeagent/watch/agent_status.hpp"

#include <gtest/gtest.h>

namespace onenode::cli {
namespace {

using one::test::expect_golden;

class Status : public testing::Test {
protected:
    void join_with_agent()
    {
        ASSERT_EQ(stage.join().exit, Exit::ok);
        stage.host.with_process({500, 0, {"/usr/bin/onenode", "agent"}});
        ASSERT_TRUE(write_agent_status(
            stage.host, {.pid = 500, .sentence = "joined to one as node1 (host 12)", .since = "2026-09-21T14:13:20Z"}));
    }
    Stage stage{};
};

TEST_F(Status, SaysThatAMachineIsNotJoined)
{
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_EQ(played.out, "This machine is not joined.\n");
}

TEST_F(Status, ShowsAHealthyNode)
{
    join_with_agent();
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::ok) << played.out;
    expect_golden("status.txt", stage.stable(played.out));
}

TEST_F(Status, TellsAProgramTheSame)
{
    join_with_agent();
    stage.output.json = true;
    expect_golden("status.json", stage.stable(stage.status().out));
}

TEST_F(Status, WarnsOfEverythingThatIsNotAsItShouldBe)
{
    join_with_agent();
    stage.host.machine().processes.clear();
    stage.host.at(std::chrono::system_clock::time_point{std::chrono::seconds{2'208'988'800 - 3600}});
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.end_state = "err";
        cloud.end_reason = "libvirt is down";
    });
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    expect_golden("status-warnings.txt", stage.stable(played.out));
}

TEST_F(Status, NamesWhatIsLeftWhereItsStateIsLost)
{
    join_with_agent();
    ASSERT_TRUE(stage.host.remove_tree("/var/lib/onenode"));
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_EQ(played.out.find("This machine is not joined."), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("/etc/notes"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("onenode leave --offline"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("an agent still runs here, as process 500"), std::string::npos) << played.out;
}

TEST_F(Status, SaysThatFilesCouldNotBeLookedAtWithoutTheJournal)
{
    join_with_agent();
    stage.host.with_file("/var/lib/onenode/journal", "{\n");
    const auto damaged = stage.status();
    EXPECT_EQ(damaged.out.find("as written"), std::string::npos) << damaged.out;
    EXPECT_NE(damaged.out.find("files       unknown"), std::string::npos) << damaged.out;
    ASSERT_TRUE(stage.host.remove("/var/lib/onenode/journal"));
    EXPECT_NE(stage.status().out.find("/var/lib/onenode/journal is gone"), std::string::npos);
}

TEST_F(Status, DoesNotSendBackToTheAgentWhatTheAgentCannotMend)
{
    join_with_agent();
    ASSERT_TRUE(stage.host.remove("/etc/notes"));
    stage.host.with_socket("/etc/notes", 0600, 0, 0);
    const auto played = stage.status();
    EXPECT_NE(played.out.find("mv /etc/notes /root/"), std::string::npos) << played.out;
    EXPECT_EQ(played.out.find("journalctl"), std::string::npos) << played.out;
}

TEST_F(Status, HasAnExitCodeForCron)
{
    const StatusOptions cron{.exit_code = true};
    EXPECT_EQ(static_cast<int>(stage.status(cron).exit), 3) << "not joined";
    join_with_agent();
    EXPECT_EQ(static_cast<int>(stage.status(cron).exit), 0);
    stage.host.machine().processes.clear();
    EXPECT_EQ(static_cast<int>(stage.status(cron).exit), 1) << "the agent is dead";
    stage.front_end.with([](FakeCloud& cloud) { cloud.end_state = "err"; });
    EXPECT_EQ(static_cast<int>(stage.status(cron).exit), 2);
    stage.host.with_file("/var/lib/onenode/state.json", "{");
    EXPECT_EQ(static_cast<int>(stage.status(cron).exit), 2) << "nobody can tell what it is joined to";
    stage.host.as_user(1000);
    EXPECT_EQ(static_cast<int>(stage.status(cron).exit), 3);
}

TEST_F(Status, NamesWhatDiffersFromTheJournal)
{
    join_with_agent();
    stage.host.with_file("/etc/notes", "mine, and hers\n# begin onenode\nzone Elsewhere\n# end onenode\n");
    const auto edited = stage.status();
    EXPECT_EQ(edited.exit, Exit::warnings);
    EXPECT_NE(edited.out.find("3 managed, 1 differs"), std::string::npos) << edited.out;
    EXPECT_NE(edited.out.find("[WARNING drift] /etc/notes: our lines in it are changed"), std::string::npos);
    stage.host.with_file("/etc/notes", "mine, and hers\n# begin onenode\nzone OpenNebula\n# end onenode\n");
    EXPECT_EQ(stage.status().exit, Exit::ok) << "lines around ours are nobody's business";
}

TEST_F(Status, ListsTheGuestsOfThisMachine)
{
    join_with_agent();
    stage.host.with_process({.pid = 812, .argv = {"qemu-system-x86_64", "-name", "guest=one-112,debug-threads=on"}})
        .with_process({.pid = 813, .argv = {"[lxc monitor] /var/lib/lxc one-7"}})
        .with_process({.pid = 814, .argv = {"qemu-system-x86_64", "-name", "guest=mine"}});
    EXPECT_NE(stage.status().out.find("guests      one-7, one-112; foreign: mine\n"), std::string::npos);
    stage.output.json = true;
    EXPECT_NE(stage.status().out.find(R"("guests":["one-7","one-112"],"foreign_guests":["mine"])"), std::string::npos);
}

TEST_F(Status, ShowsWhatTheAgentTells)
{
    join_with_agent();
    ASSERT_TRUE(write_agent_status(stage.host, {.pid = 500,
                                                .sentence = "degraded: it is odd",
                                                .since = "2026-09-21T14:13:20Z",
                                                .troubles = {"it is odd"},
                                                .last_contact = "2026-09-21T14:13:08Z",
                                                .renew_at = "2035-05-01T10:00:00Z",
                                                .last_repair = "2026-09-21T11:13:20Z"}));
    const auto played = stage.status();
    EXPECT_NE(played.out.find("process 500, heard the front-end 12 s ago, last repair 3 h ago"), std::string::npos)
        << played.out;
    EXPECT_NE(played.out.find("until 2040-01-01 00:00 UTC, next renewal 2035-05-01 10:00 UTC"), std::string::npos);
    EXPECT_NE(played.out.find("[WARNING agent] it is odd"), std::string::npos);
    EXPECT_EQ(played.exit, Exit::warnings);
}

TEST_F(Status, TellsOfAClockThatWasSetBackAndOfNoAnswerToCome)
{
    join_with_agent();
    ASSERT_TRUE(write_agent_status(stage.host, {.pid = 500, .last_contact = "2028-09-21T14:13:08Z"}));
    const auto played = stage.status();
    EXPECT_NE(played.out.find("heard the front-end 2028-09-21 14:13 UTC, by a clock that was set back since"),
              std::string::npos)
        << played.out;
}

class CheckedStatus : public Status {
protected:
    void SetUp() override
    {
        join_with_agent();
        Checkup checkup{.at = "2026-09-21T14:10:20Z",
                        .passed = 108,
                        .warnings = 2,
                        .failed = 1,
                        .not_checked = 4,
                        .failing = {{"sshd-down", "nobody listens at port 22", "systemctl start ssh"}},
                        .unanswered = {{"ssh-ban", "cannot run fail2ban-client: it hangs", ""}}};
        const AgentStatus status{.pid = 500,
                                 .sentence = "degraded: " + trouble_of(checkup),
                                 .troubles = {trouble_of(checkup)},
                                 .checkup = checkup};
        ASSERT_TRUE(write_agent_status(stage.host, status));
    }
};

TEST_F(CheckedStatus, ShowsTheLastCheckupAndWhatFailsOnce)
{
    const auto played = stage.status();
    EXPECT_NE(played.out.find("healthy"), 0U);
    EXPECT_NE(played.out.find("checks      108/112 checks pass, 2 warnings, 1 error, 4 not checked, 3 min ago\n"),
              std::string::npos)
        << played.out;
    EXPECT_NE(played.out.find("[NOT-CHECKED ssh-ban] cannot run fail2ban-client: it hangs\n"), std::string::npos)
        << played.out;
    EXPECT_NE(played.out.find("[ERROR sshd-down] nobody listens at port 22\n"
                              "    fix: systemctl start ssh\n"
                              "         onenode doctor --explain sshd-down\n"),
              std::string::npos)
        << played.out;
    EXPECT_EQ(played.out.find("[WARNING agent]"), std::string::npos) << played.out;
    EXPECT_EQ(played.exit, Exit::warnings);
}

TEST_F(CheckedStatus, IsNotHealthyWhereProgramsHang)
{
    Checkup checkup{.at = "2026-09-21T14:10:20Z", .passed = 1, .unanswered = {{"ssh-ban", "it hangs", ""}}};
    ASSERT_TRUE(write_agent_status(stage.host, {.pid = 500, .sentence = "joined", .checkup = checkup}));
    EXPECT_EQ(static_cast<int>(stage.status({.exit_code = true}).exit), 1);
    stage.output.json = true;
    const auto text = stage.status().out;
    EXPECT_NE(text.find(R"("unanswered":[{"id":"ssh-ban","message":"it hangs","fix":""}])"), std::string::npos) << text;
    EXPECT_NE(text.find(R"({"id":"ssh-ban","severity":"not-checked",)"), std::string::npos) << text;
}

TEST_F(CheckedStatus, IsDegradedForCronAndToldToPrograms)
{
    EXPECT_EQ(static_cast<int>(stage.status({.exit_code = true}).exit), 1);
    stage.output.json = true;
    const auto text = stage.status().out;
    EXPECT_NE(text.find("\"checkup\":{\"at\":\"2026-09-21T14:10:20Z\",\"passed\":108,\"warnings\":2,\"failed\":1,"
                        "\"not_checked\":4,\"failing\":[{\"id\":\"sshd-down\","),
              std::string::npos)
        << text;
}

class WaitingStatus : public Status {
protected:
    std::string said(const std::string& code, std::chrono::minutes left, int token_id = -1)
    {
        const auto until = stage.host.now() + left;
        stage.host.with_directory("/var/lib/onenode");
        EXPECT_TRUE(save_approval(
            stage.host,
            {.frontend = "one.example.com:4125",
             .pin = std::string(43, 'A'),
             .secret = one::Secret{std::string_view{"secret"}},
             .token_id = token_id,
             .code = code,
             .ends_at = std::chrono::duration_cast<std::chrono::seconds>(until.time_since_epoch()).count()}));
        return stage.status().out;
    }
};

TEST_F(WaitingStatus, ShowsTheCodeAndHowItIsApproved)
{
    const auto text = said("ABCD-EFGH", std::chrono::minutes{5});
    EXPECT_NE(text.find("it waits for an approval at one.example.com:4125, until "), std::string::npos) << text;
    EXPECT_NE(text.find("onefrontend node approve ABCD-EFGH"), std::string::npos) << text;
}

TEST_F(WaitingStatus, ShowsNoCodeThatIsNoLongerGood)
{
    const auto text = said("ABCD-EFGH", std::chrono::minutes{-5});
    EXPECT_NE(text.find("run onenode join again for a new code"), std::string::npos) << text;
    EXPECT_EQ(text.find("ABCD-EFGH"), std::string::npos) << text;
}

TEST_F(WaitingStatus, SaysThatTheYesCame)
{
    EXPECT_EQ(said("ABCD-EFGH", std::chrono::minutes{5}, 3),
              "This machine is not joined; one.example.com:4125 approved it: run onenode join again.\n");
}

TEST_F(Status, WatchesUntilItIsStoppedAndTellsOnlyWhatIsNew)
{
    join_with_agent();
    stage.patience.redraw = std::chrono::milliseconds{1};
    int asked = 0;
    stage.front_end.with([&](FakeCloud& cloud) {
        cloud.on_request = [&](const std::string&) {
            if (++asked == 2) cloud.end_state = "err";
            if (asked == 3) stage.stop_soon();
        };
    });
    const auto played = stage.status({.watch = true, .exit_code = true});
    EXPECT_EQ(played.exit, Exit::failed) << "broken";
    EXPECT_EQ(
        stage.stable(played.out),
        "2026-09-21T14:13:20Z node1 is joined to one.example.com:4125, healthy\n"
        "2026-09-21T14:13:20Z node1 is joined to one.example.com:4125, broken; host-state: OpenNebula shows it as "
        "err\n");
}

TEST_F(Status, WorksWithoutTheFrontEnd)
{
    join_with_agent();
    stage.front_end.go_away();
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("host        node1 (12), state unknown"), std::string::npos) << played.out;
    EXPECT_NE(played.out.find("process 500"), std::string::npos);
}

TEST_F(Status, TellsOfAJoinThatDidNotEnd)
{
    stage.front_end.with([](FakeCloud& cloud) { cloud.rehearsal_findings = {{"x", "error", "no", ""}}; });
    stage.join();
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("its join did not end"), std::string::npos);
}

TEST_F(Status, CallsItNoErrorThatTheHostIsGoneWhereALeaveDidNotEnd)
{
    join_with_agent();
    auto member = **load_membership(stage.host);
    member.phase = MemberPhase::leaving;
    ASSERT_TRUE(save_membership(stage.host, member));
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.hosts.clear();
        cloud.node->host_id = -1;
    });
    const auto played = stage.status();
    EXPECT_NE(played.out.find("its leave did not end"), std::string::npos) << played.out;
    EXPECT_EQ(played.out.find("no host in OpenNebula"), std::string::npos) << played.out;
}

TEST_F(Status, TellsOfANodeWithoutItsFiles)
{
    join_with_agent();
    stage.host.without("/var/lib/onenode/identity");
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("certificate none"), std::string::npos) << played.out;
    const auto named = played.out.find("node.crt");
    EXPECT_NE(named, std::string::npos) << played.out;
    EXPECT_EQ(played.out.find("node.crt", named + 1), std::string::npos) << "once is enough\n" << played.out;
}

}  // namespace
}  // namespace onenode::cli
