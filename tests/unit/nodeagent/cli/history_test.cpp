// What `onenode history` tells of a node's life.
#include "tests/unit/nodeagent/cli/stage.hpp"
#include "tests/unit/support/golden.hpp"

#include "nodeagent/core/history.hpp"
#include "nodeagent/link/places.hpp"

#include <gtest/gtest.h>

namespace onenode::cli {
namespace {

using one::test::expect_golden;

class History : public testing::Test {
protected:
    Stage stage{};
};

TEST_F(History, IsEmptyBeforeTheFirstChange)
{
    const auto played = stage.history();
    EXPECT_EQ(played.exit, Exit::ok);
    EXPECT_EQ(played.out, "Nothing was changed on this machine.\n");
}

TEST_F(History, TellsWhatAJoinChangedAndWhy)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    expect_golden("history.txt", stage.stable(stage.history().out));
}

TEST_F(History, TellsAProgramTheSame)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    stage.output.json = true;
    expect_golden("history.jsonl", stage.stable(stage.history().out));
}

TEST_F(History, ShowsTheLastDeedsOnly)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    stage.host.advance(std::chrono::seconds{60});
    ASSERT_TRUE(remember(stage.host, places::state_dir, {.kind = deeds::renewed, .sentence = "renewed it"}));
    EXPECT_EQ(stage.history({.last = 1}).out, "2026-09-21 14:14 UTC  renewed: renewed it\n");
}

TEST_F(History, SaysHowManyLinesItCannotRead)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    ASSERT_TRUE(stage.host.append("/var/lib/onenode/history", "garbage {{\n"));
    const auto played = stage.history();
    EXPECT_EQ(played.exit, Exit::warnings);
    EXPECT_NE(played.out.find("[WARNING history-damaged] 1 line of /var/lib/onenode/history cannot be read"),
              std::string::npos)
        << played.out;
    stage.output.json = true;
    EXPECT_NE(stage.history().out.find("\"event\":\"finding\",\"id\":\"history-damaged\",\"severity\":\"warning\""),
              std::string::npos);
}

TEST_F(History, IsGoneAfterALeave)
{
    ASSERT_EQ(stage.join().exit, Exit::ok);
    ASSERT_EQ(stage.leave().exit, Exit::ok);
    EXPECT_FALSE(stage.host.stat(places::state_dir));
}

TEST_F(History, DoesNotKeepAJoinFromItsEnd)
{
    stage.host.with_directory("/var/lib/onenode").with_directory("/var/lib/onenode/history");  // nobody can write there
    EXPECT_EQ(stage.join().exit, Exit::ok);
}

}  // namespace
}  // namespace onenode::cli
