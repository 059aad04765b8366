// The file of --config, letter by letter: what is read, and that a mistake is told with its line and never guessed at.
#include "nodeagent/cli/config_text.hpp"

#include <gtest/gtest.h>

namespace onenode::cli {
namespace {

std::string refusal(std::string_view text)
{
    const auto settings = read_settings(text);
    return settings ? "read" : one::to_line(settings.error());
}

TEST(ConfigText, IsKeysWithTextsListsAndTruths)
{
    const auto settings =
        read_settings("# first\n\nname = \"kvm 1, #2\"  # after\r\n"
                      "path='C:\\x'\nignore = [ \"a\",\n  # between\n  'b', ]\nunattended=true\nx_1 = []");
    ASSERT_TRUE(settings) << one::to_text(settings.error());
    EXPECT_EQ(*settings, (std::vector<Setting>{{"name", {"kvm 1, #2"}, true, false},
                                               {"path", {"C:\\x"}, true, false},
                                               {"ignore", {"a", "b"}, true, true},
                                               {"unattended", {"true"}, false, false},
                                               {"x_1", {}, true, true}}));
    EXPECT_TRUE(read_settings("")->empty());
}

TEST(ConfigText, GivesEveryTextBackThatItWrote)
{
    for (const std::string_view text :
         {"", "plain", "a \"quoted\" one", "back\\slash", "#, ] = '", "two\nlines\t\r", "Grün", "\\n"}) {
        const auto settings = read_settings("key = " + in_quotes(text));
        ASSERT_TRUE(settings) << text;
        EXPECT_EQ(settings->at(0).values.at(0), text);
    }
}

TEST(ConfigText, NamesTheLineOfAMistake)
{
    EXPECT_EQ(refusal("a = \"x\"\n\nb \"y\"\n"), "cannot read line 3 of the settings: key = value was expected");
    EXPECT_EQ(refusal("a = \"x\ny\"\n"), "cannot read line 1 of the settings: the text has no end: a quote is missing");
    EXPECT_EQ(refusal("a = \"\\q\""), "cannot read line 1 of the settings: after \\ one of \" \\ n t r was expected");
    EXPECT_EQ(refusal("a = one"),
              "cannot read line 1 of the settings: a text in quotes, a list, true or false was expected");
    EXPECT_EQ(refusal("a = \"x\" y"), "cannot read line 1 of the settings: something follows the value");
    EXPECT_EQ(refusal("a = truey"), "cannot read line 1 of the settings: something follows the value");
    EXPECT_EQ(refusal("a = [\"x\" \"y\"]"), "cannot read line 1 of the settings: a comma or ] was expected");
    EXPECT_EQ(refusal("a = [true]"),
              "cannot read line 1 of the settings: a list holds texts in quotes, and ends with ]");
    EXPECT_EQ(refusal("a = true\na = false"), "cannot read line 2 of the settings: a stands there a second time");
    for (const auto* text :
         {"[section]", "=", "a", "a =", "a = [", "a = [\"x\",", "a = \"\\", "a.b = true", "\"a\" = true"})
        EXPECT_NE(refusal(text), "read") << text;
}

}  // namespace
}  // namespace onenode::cli
