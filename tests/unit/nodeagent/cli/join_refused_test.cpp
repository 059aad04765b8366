// What a join does not take from a front-end, and that it does not wander from one front-end to another.
#include "tests/unit/nodeagent/cli/stage.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <utility>

namespace onenode::cli {
namespace {

TEST(JoinRefused, IsAnotherFrontEndWhileAJoinIsUnfinished)
{
    Stage stage;
    stage.front_end.with([](FakeCloud& cloud) {
        cloud.rehearsal_findings = {{"probe-pci", "error", "lspci: command not found", "apt install pciutils"}};
    });
    ASSERT_EQ(stage.join().exit, Exit::failed);
    const auto state = stage.host.read("/var/lib/onenode/state.json").value_or("");
    const auto played = stage.join({.frontend = "other.example.com"});
    EXPECT_EQ(played.exit, Exit::cannot_run);
    EXPECT_NE(played.err.find("a join to " + stage.front_end.address() + " was begun and did not end"),
              std::string::npos)
        << played.err;
    EXPECT_NE(played.err.find("onenode leave, then join again"), std::string::npos);
    EXPECT_EQ(stage.host.read("/var/lib/onenode/state.json").value_or(""), state);
    stage.front_end.with([](FakeCloud& cloud) { cloud.rehearsal_findings.clear(); });
    EXPECT_EQ(stage.join().exit, Exit::ok);
}

TEST(JoinRefused, IsANameThatNobodyKnowsBeforeAnybodyIsAskedForAToken)
{
    Stage stage;
    stage.token = {};
    const auto played = stage.join({.frontend = "nosuch.example.com"});
    EXPECT_EQ(played.exit, Exit::failed);
    EXPECT_NE(played.err.find("cannot resolve nosuch.example.com"), std::string::npos) << played.err;
}

// Not refused: it took long to resolve the front-end's name, which is no reason to call a clock wrong.
TEST(JoinRefused, IsNoClockForASlowConnection)
{
    Stage stage;
    stage.front_end.with([&stage](FakeCloud& cloud) {
        cloud.on_request = [&stage, &cloud, first = true](const std::string&) mutable {
            if (!std::exchange(first, false)) return;
            stage.host.advance(std::chrono::seconds{120});
            cloud.time_ms += 120'000;
        };
    });
    const auto played = stage.join();
    EXPECT_EQ(played.exit, Exit::ok) << played.err << played.out;
}

TEST(JoinRefused, IsAPlaceForDatastoresThatIsTheSystems)
{
    Stage stage;
    stage.front_end.with([](FakeCloud& cloud) { cloud.desired.datastore_location = "/etc"; });
    const auto before = stage.machine();
    for (const bool dry_run : {true, false}) {
        const auto played = stage.join({.dry_run = dry_run});
        EXPECT_EQ(played.exit, Exit::failed);
        EXPECT_NE(played.err.find("it wants the datastores at \"/etc\""), std::string::npos) << played.err;
    }
    EXPECT_EQ(stage.machine(), before);
}

}  // namespace
}  // namespace onenode::cli
