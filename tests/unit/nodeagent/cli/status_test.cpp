// What `onenode status` says of a node in each of its conditions.
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

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
    expect_golden("status.jsonl", stage.stable(stage.status().out));
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

TEST_F(Status, WorksWithoutTheFrontEnd)
{
    join_with_agent();
    stage.front_end.go_away();
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("host        unknown"), std::string::npos) << played.out;
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

TEST_F(Status, TellsOfANodeWithoutItsFiles)
{
    join_with_agent();
    stage.host.without("/var/lib/onenode/identity");
    const auto played = stage.status();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("certificate none"), std::string::npos) << played.out;
}

}  // namespace
}  // namespace onenode::cli
