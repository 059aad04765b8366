// What may reach a terminal.
#include "common/text/printable.hpp"

#include <gtest/gtest.h>

namespace one {
namespace {

TEST(Printable, LeavesTextOfAnyLanguageAsItIs)
{
    for (const std::string text : {"", "Debian GNU/Linux 12", "Zürich 東京 🐧", "two\nlines\tand a tab"})
        EXPECT_EQ(printable(text), text);
}

TEST(Printable, TakesWhatSteersATerminal)
{
    EXPECT_EQ(printable("a\x1b[2Jb"), "a?[2Jb");
    EXPECT_EQ(printable("a\rb\x7f"), "a?b?");
    EXPECT_EQ(printable("a\xc2\x9b"
                        "31mb"),
              "a?31mb")
        << "CSI in one character";
    EXPECT_EQ(printable(std::string_view{"a\0b", 3}), "a?b");
}

TEST(Printable, TakesWhatTurnsTheOrderOfLetters)
{
    EXPECT_EQ(printable("a\xe2\x80\xae"
                        "b"),
              "a?b");
    EXPECT_EQ(printable("a\xe2\x81\xa6"
                        "b"),
              "a?b");
    EXPECT_EQ(printable("a\xe2\x80\xa8"
                        "b"),
              "a?b")
        << "a line separator";
}

TEST(Printable, TakesBytesThatAreNoUtf8)
{
    EXPECT_EQ(printable("a\x9b"
                        "b"),
              "a?b")
        << "CSI for a terminal of 8 bits";
    EXPECT_EQ(printable("\xc0\x9b"), "??") << "overlong";
    EXPECT_EQ(printable("a\xe2\x80"), "a??") << "cut";
    EXPECT_EQ(printable("\xed\xa0\x80"), "???") << "a surrogate";
    EXPECT_EQ(printable("\xff\xf5\x80\x80\x80"), "?????");
}

TEST(Printable, KnowsWhatIsOneHarmlessLine)
{
    EXPECT_TRUE(is_printable_line("Debian GNU/Linux 12 (bookworm)"));
    EXPECT_FALSE(is_printable_line("a\nb"));
    EXPECT_FALSE(is_printable_line("a\tb"));
    EXPECT_FALSE(is_printable_line("a\xc2\x9b"));
}

TEST(PlainLine, IsWhatCanBeReadJoined)
{
    EXPECT_EQ(plain_line("Welcome,\n\t guest"), "Welcome, guest");
}

TEST(PlainLine, LetsNoEscapeSequenceReachATerminal)
{
    EXPECT_EQ(plain_line("\x1b[31mred\x07"), "[31mred");
}

TEST(PlainLine, CutsAtTheLimit)
{
    EXPECT_EQ(plain_line(std::string(1000, 'x'), 40).size(), 40U);
}

}  // namespace
}  // namespace one
