// The template language: what oned reads, and how it refuses the rest.
#include "tests/oned-sim/objects/attributes.hpp"

#include <gtest/gtest.h>

namespace onedsim {
namespace {

std::string xml(std::string_view text)
{
    const auto parsed = Attributes::parse(text);
    return parsed ? parsed->to_xml("T") : parsed.error().reason;
}

TEST(Attributes, ReadSingleAndVectorValues)
{
    EXPECT_EQ(xml("B=\"two words\"\na = [ key = 1, OTHER=\"x\" ]"),
              "<T><A><KEY><![CDATA[1]]></KEY><OTHER><![CDATA[x]]></OTHER></A><B><![CDATA[two words]]></B></T>");
}

TEST(Attributes, KeepEqualNamesInTheirOrder)
{
    EXPECT_EQ(xml("A=2\nA=1\n"), "<T><A><![CDATA[2]]></A><A><![CDATA[1]]></A></T>");
}

TEST(Attributes, TakeAnEmptyValueAndAnEmptyVector)
{
    EXPECT_EQ(xml("A=\nB=[ ]"), "<T><A><![CDATA[]]></A><B></B></T>");
}

TEST(Attributes, SkipCommentsAndUnescapeQuotes)
{
    EXPECT_EQ(xml("# nothing\nA=\"say \\\"hi\\\"\" # no\n"), "<T><A><![CDATA[say \"hi\"]]></A></T>");
}

TEST(Attributes, PutOneBeforeANameThatXmlWouldNotTake)
{
    EXPECT_EQ(xml("1A=x"), "<T><ONE_1A><![CDATA[x]]></ONE_1A></T>");
}

TEST(Attributes, ReadXmlAndDropElementsWithoutContent)
{
    EXPECT_EQ(xml("<X><A>1</A><B/><C><D><![CDATA[2]]></D></C></X>"),
              "<T><A><![CDATA[1]]></A><C><D><![CDATA[2]]></D></C></T>");
}

struct BadCase {
    const char* text;
    const char* reason;
};
class BadTemplate : public testing::TestWithParam<BadCase> {};

TEST_P(BadTemplate, IsRefusedInOnedsWords)
{
    EXPECT_EQ(xml(GetParam().text), GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(
    Attributes, BadTemplate,
    testing::Values(
        BadCase{"FOO = [ bar", "Parse error: syntax error, unexpected $end, expecting EQUAL at line 0, columns 9:12"},
        BadCase{"FOO",
                "Parse error: syntax error, unexpected $end, expecting EQUAL or EQUAL_EMPTY at line 0, columns 1:4"},
        BadCase{"A = [ B = 1",
                "Parse error: syntax error, unexpected $end, expecting COMMA or CBRACKET at line 0, columns 11:12"},
        BadCase{"A=1 ]", "Parse error: syntax error, unexpected CBRACKET, expecting $end at line 0, columns 4:6"},
        BadCase{"A=x]]>", "Parse error."}, BadCase{"<A><B>", "Parse error: XML Template malformed."}));

TEST(Attributes, MergeReplacesWholeNamesAndAnEmptyVectorRemoves)
{
    auto held = *Attributes::parse("A=1\nA=2\nB=[ X=1, Y=2 ]\nC=[ Z=1 ]");
    held.merge(*Attributes::parse("A=3\nB=[ X=9 ]\nC=[ ]"));
    EXPECT_EQ(held.to_xml("T"), "<T><A><![CDATA[3]]></A><B><X><![CDATA[9]]></X></B></T>");
}

}  // namespace
}  // namespace onedsim
