// The laws of a managed block: ours between the markers, theirs byte for byte.
#include "common/managed_block.hpp"

#include "tests/unit/support/seed.hpp"

#include <gtest/gtest.h>

#include <array>

using one::BlockPlace;
using one::managed_block;
using one::with_managed_block;
using Lines = std::vector<std::string>;

namespace {

TEST(ManagedBlock, StandsAtTheEndOfAnotherOnesText)
{
    EXPECT_EQ(with_managed_block("mine\n", "onenode", {"a", "b"}), "mine\n# begin onenode\na\nb\n# end onenode\n");
}

TEST(ManagedBlock, IsReplacedWhereItStands)
{
    EXPECT_EQ(with_managed_block("mine\n# begin onenode\nold\n# end onenode\nhers\n", "onenode", {"new"}),
              "mine\n# begin onenode\nnew\n# end onenode\nhers\n");
}

TEST(ManagedBlock, MovesToTheFrontWhereThatIsAsked)
{
    EXPECT_EQ(
        with_managed_block("mine\n# begin onenode\nold\n# end onenode\nhers\n", "onenode", {"new"}, BlockPlace::first),
        "# begin onenode\nnew\n# end onenode\nmine\nhers\n");
}

TEST(ManagedBlock, GivesTheMissingNewlineOfTheLastLineBack)
{
    const auto with = with_managed_block("mine", "onenode", {"a"});
    EXPECT_EQ(with, "mine\n# begin onenode (newline added)\na\n# end onenode\n");
    EXPECT_EQ(with_managed_block(with, "onenode", {}), "mine");
    EXPECT_EQ(with_managed_block(with + "hers\n", "onenode", {}), "mine\nhers\n");  // appended with `echo >>` meanwhile
    EXPECT_EQ(with_managed_block(with_managed_block(with, "onenode", {"b"}), "onenode", {}), "mine");
}

TEST(ManagedBlock, LeavesBlocksOfOthersAlone)
{
    const std::string others = "# begin puppet\nx\n# end puppet\n# begin onenode-2\ny\n# end onenode-2\n";
    EXPECT_EQ(with_managed_block(with_managed_block(others, "onenode", {"a"}), "onenode", {}), others);
    EXPECT_EQ(managed_block(others, "onenode"), Lines{});
}

TEST(ManagedBlock, TakesABeginWithoutEndForSomebodysText)
{
    const std::string broken = "# begin onenode\nkey\nanother key\n";
    EXPECT_EQ(managed_block(broken, "onenode"), Lines{});
    EXPECT_EQ(with_managed_block(broken, "onenode", {}), broken);
    EXPECT_EQ(with_managed_block(broken, "onenode", {"a"}), broken + "# begin onenode\na\n# end onenode\n");
}

TEST(ManagedBlock, SurvivesAnEditorThatChangedTheLineEnds)
{
    const std::string edited = "mine\r\n# begin onenode\r\nold\r\n# end onenode\r\nhers\r\n";
    EXPECT_EQ(managed_block(edited, "onenode"), Lines{"old"});
    EXPECT_EQ(with_managed_block(edited, "onenode", {}), "mine\r\nhers\r\n");
}

TEST(ManagedBlock, RemovesACopyOfItself)
{
    const std::string twice = "# begin onenode\na\n# end onenode\nmine\n# begin onenode\na\n# end onenode\n";
    EXPECT_EQ(with_managed_block(twice, "onenode", {"b"}), "# begin onenode\nb\n# end onenode\nmine\n");
    EXPECT_EQ(with_managed_block(twice, "onenode", {}), "mine\n");
}

TEST(ManagedBlock, CannotBeEndedByALineInsideIt)
{
    const auto text = with_managed_block("mine\n", "onenode", {"a\n# end onenode\nevil", "# begin onenode", ""});
    EXPECT_EQ(managed_block(text, "onenode"), (Lines{"a", " # end onenode", "evil", " # begin onenode", ""}));
    EXPECT_EQ(with_managed_block(text, "onenode", {}), "mine\n");
}

TEST(ManagedBlock, LeavesAnyTextAsItWasAfterSettingAndRemoving)
{
    constexpr std::array<std::string_view, 12> pieces{"# begin onenode",
                                                      "# end onenode",
                                                      "# begin onenode (newline added)",
                                                      "\n",
                                                      "\n",
                                                      "\r\n",
                                                      "\r",
                                                      "key",
                                                      "# begin other\n",
                                                      "# end other\n",
                                                      " ",
                                                      "\n\n"};
    auto random = one::test::seeded();
    for (int round = 0; round < 20000; ++round) {
        std::string text = one::test::random_text_of(random, pieces, 12);
        for (std::string before; before != text;) {  // whole blocks of ours, also nested ones, are not theirs to keep
            before = text;
            text = with_managed_block(text, "onenode", {});
        }
        const auto place = random() % 2 == 0 ? BlockPlace::first : BlockPlace::keep_or_append;
        const Lines lines{one::test::random_text_of(random, pieces, 3), "x"};
        const auto once = with_managed_block(text, "onenode", lines, place);
        EXPECT_EQ(with_managed_block(once, "onenode", {}), text);
        EXPECT_EQ(with_managed_block(once, "onenode", lines, place), once);
        EXPECT_EQ(managed_block(once, "onenode").back(), "x");
        EXPECT_EQ(with_managed_block(with_managed_block(once, "onenode", {"y"}, place), "onenode", {}), text);
        if (HasFailure()) FAIL() << testing::PrintToString(text);
    }
}

}  // namespace
