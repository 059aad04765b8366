// The diff is the one that `diff -u` prints.
#include "common/text/unified_diff.hpp"

#include <gtest/gtest.h>

namespace one {
namespace {

TEST(UnifiedDiff, IsEmptyForTheSameText)
{
    EXPECT_EQ(unified_diff("/x", "a\nb\n", "a\nb\n"), "");
}

TEST(UnifiedDiff, ShowsANewFileFromNothing)
{
    EXPECT_EQ(unified_diff("/x", std::nullopt, "a\nb\n"), "--- /dev/null\n+++ /x\n@@ -0,0 +1,2 @@\n+a\n+b\n");
}

TEST(UnifiedDiff, ShowsAnEmptyNewFileToo)
{
    EXPECT_EQ(unified_diff("/x", std::nullopt, ""), "--- /dev/null\n+++ /x\n");
}

TEST(UnifiedDiff, KeepsThreeLinesAroundADifference)
{
    EXPECT_EQ(unified_diff("/x", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
              "--- /x\n+++ /x\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(UnifiedDiff, CutsFarDifferencesIntoHunks)
{
    EXPECT_EQ(unified_diff("/x", "a\n1\n2\n3\n4\n5\n6\n7\nz\n", "A\n1\n2\n3\n4\n5\n6\n7\nZ\n"),
              "--- /x\n+++ /x\n@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-z\n+Z\n");
}

TEST(UnifiedDiff, SaysWhereTheLastNewlineIsMissing)
{
    EXPECT_EQ(unified_diff("/x", "a", "a\nb\n"),
              "--- /x\n+++ /x\n@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n");
}

TEST(UnifiedDiff, ShowsAHugeTextAsReplacedWhole)
{
    std::string before;
    std::string after;
    for (int line = 0; line < 3000; ++line) {
        before += std::to_string(line) + '\n';
        after += std::to_string(-line - 1) + '\n';
    }
    const auto diff = unified_diff("/x", before, after);
    EXPECT_TRUE(diff.starts_with("--- /x\n+++ /x\n@@ -1,3000 +1,3000 @@\n-0\n-1\n"));
}

TEST(UnifiedDiff, ShowsFewLinesInAHugeTextAlone)
{
    std::string before;
    for (int line = 0; line < 12'000; ++line)
        before += std::to_string(line) + '\n';
    EXPECT_EQ(unified_diff("/x", before, before + "ours\n"),
              "--- /x\n+++ /x\n@@ -11998,3 +11998,4 @@\n 11997\n 11998\n 11999\n+ours\n");
    EXPECT_EQ(unified_diff("/x", before, "ours\n" + before), "--- /x\n+++ /x\n@@ -1,3 +1,4 @@\n+ours\n 0\n 1\n 2\n");
}

}  // namespace
}  // namespace one
