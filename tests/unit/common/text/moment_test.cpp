// Points in time as text.
#include "common/text/moment.hpp"

#include <gtest/gtest.h>

namespace one {
namespace {

using std::chrono::seconds;

const Moment autumn{seconds{1'790'000'000}};

TEST(Moment, IsWrittenAndRead)
{
    EXPECT_EQ(rfc3339(autumn), "2026-09-21T14:13:20Z");
    EXPECT_EQ(*read_rfc3339("2026-09-21T14:13:20Z"), autumn);
    EXPECT_EQ(for_people(autumn), "2026-09-21 14:13 UTC");
}

TEST(Moment, IsReadOnlyInTheOneForm)
{
    for (const auto* text :
         {"", "now", "2026-09-21", "2026-09-21T14:13:20", "2026-09-21T14:13:20+01", "2026-02-31T14:13:20Z",
          "2026-09-21T24:13:20Z", "2026-09-21T14:13:20ZZ", "2o26-09-21T14:13:20Z"})
        EXPECT_FALSE(read_rfc3339(text)) << text;
}

TEST(Moment, IsSomeTimeAgoOrToCome)
{
    EXPECT_EQ(relative(autumn, autumn), "just now");
    EXPECT_EQ(relative(autumn - seconds{12}, autumn), "12 s ago");
    EXPECT_EQ(relative(autumn - seconds{300}, autumn), "5 min ago");
    EXPECT_EQ(relative(autumn - seconds{3 * 3600}, autumn), "3 h ago");
    EXPECT_EQ(relative(autumn - seconds{4 * 86400}, autumn), "4 days ago");
    EXPECT_EQ(relative(autumn + seconds{4 * 86400}, autumn), "in 4 days");
}

}  // namespace
}  // namespace one
