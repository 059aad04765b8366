// What a join does not take from a front-end.
#include "tests/unit/nodeagent/cli/stage.hpp"

#include <gtest/gtest.h>

namespace onenode::cli {
namespace {

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
