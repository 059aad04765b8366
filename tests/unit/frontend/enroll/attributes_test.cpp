#include "frontend/enroll/attributes.hpp"

#include <gtest/gtest.h>

namespace onefrontend {
namespace {

std::vector<Attribute> parsed(std::string_view text)
{
    auto attributes = parse_attributes(text);
    EXPECT_TRUE(attributes) << one::to_line(attributes.error());
    return attributes ? *attributes : std::vector<Attribute>{};
}

std::string refusal_of(std::string_view text)
{
    const auto attributes = parse_attributes(text);
    return attributes ? "" : one::to_line(attributes.error());
}

TEST(Attributes, AreNamesWithQuotedOrBareValues)
{
    const auto attributes = parsed("port = 2633\nLOG_CALL_FORMAT=\"Req:%i %m\"  # why\n");
    ASSERT_EQ(attributes.size(), 2U);
    EXPECT_EQ(attributes[0], (Attribute{.name = "PORT", .value = "2633"}));
    EXPECT_EQ(attributes[1].value, "Req:%i %m");
}

TEST(Attributes, AreVectorsOverManyLines)
{
    const auto attributes =
        parsed("# first\nNETWORK = [\n  ADDRESS = \"::\",  # all\n  port = 4124 ,\n  PUBKEY = \"\"\n]\nLAST=1");
    ASSERT_EQ(attributes.size(), 2U);
    EXPECT_EQ(value_in(attributes[0], "ADDRESS"), "::");
    EXPECT_EQ(value_in(attributes[0], "PORT"), "4124");
    EXPECT_EQ(value_in(attributes[0], "PUBKEY"), "");
    EXPECT_EQ(value_in(attributes[0], "THREADS"), "");
}

TEST(Attributes, KeepTheFirstOfTwoInAVectorAndAllOfTheTopLevel)
{
    const auto attributes = parsed("A=[X=1,x=2]\nB=1\nB=2\n");
    EXPECT_EQ(value_in(attributes[0], "X"), "1");
    EXPECT_EQ(attributes.size(), 3U);
    EXPECT_EQ(find_attribute(attributes, "B")->value, "1");
    EXPECT_EQ(find_attribute(attributes, "C"), nullptr);
}

TEST(Attributes, MayBeEmpty)
{
    EXPECT_EQ(parsed("A =\nB = [ ]\n\n").size(), 2U);
    EXPECT_TRUE(parsed("").empty());
    EXPECT_TRUE(parsed("# only this").empty());
}

TEST(Attributes, HaveOneEscapeOnly)
{
    EXPECT_EQ(parsed(R"(A = "say \"one\" \n")")[0].value, R"(say "one" \n)");
    EXPECT_EQ(refusal_of(R"(A = "abc\")"), "cannot read line 1: a quoted value does not end");
}

TEST(Attributes, NameTheLineThatIsWrong)
{
    EXPECT_EQ(refusal_of("A=1\n=2\n"), "cannot read line 2: a name was expected");
    EXPECT_EQ(refusal_of("A=1\nB\n"), "cannot read line 2: \"=\" was expected");
    EXPECT_EQ(refusal_of("A=[\nB=1,\n]\n"), "cannot read line 3: a name was expected");
    EXPECT_EQ(refusal_of("A=[B=1\n"), "cannot read line 2: a \"]\" is missing");
    EXPECT_EQ(refusal_of("A=[B=1 C=2]\n"), "cannot read line 1: \",\" was expected");
    EXPECT_EQ(refusal_of("A = # text\n"), "cannot read line 1: a value was expected");
    EXPECT_EQ(refusal_of("A=[B=[C=1]]\n"), "cannot read line 1: a value was expected");
}

}  // namespace
}  // namespace onefrontend
