#include "frontend/proofs/finding.hpp"

#include <gtest/gtest.h>

namespace onefrontend {

TEST(LastLine, PassesOverBlankOnes)
{
    EXPECT_EQ(last_line("first\nthe reason\n\n  \n"), "the reason");
}

TEST(AllProven, CountsAWarningAsProven)
{
    EXPECT_TRUE(all_proven({proven("a", ""), warning("b", "", "")}));
}

TEST(AllProven, NeverCountsWhatNobodyLookedAt)
{
    EXPECT_FALSE(all_proven({proven("a", ""), not_checked("b", "needs a")}));
}

}  // namespace onefrontend
