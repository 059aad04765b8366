#include "frontend/proofs/finding.hpp"

#include <gtest/gtest.h>

namespace onefrontend {

TEST(Printable, KeepsOneLineOfPlainText)
{
    EXPECT_EQ(printable("Welcome,\n\t guest"), "Welcome, guest");
}

TEST(Printable, LetsNoEscapeSequenceReachATerminal)
{
    EXPECT_EQ(printable("\x1b[31mred\x07"), "[31mred");
}

TEST(Printable, CutsAtTheLimit)
{
    EXPECT_EQ(printable(std::string(1000, 'x'), 40).size(), 40U);
}

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
