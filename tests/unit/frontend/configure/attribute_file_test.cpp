#include "frontend/configure/attribute_file.hpp"

#include <gtest/gtest.h>

namespace onefrontend::configure {
namespace {

AttributeFile file_of(std::string text)
{
    auto file = AttributeFile::parse(std::move(text));
    EXPECT_TRUE(file) << one::to_text(file.error());
    return file ? *file : AttributeFile{};
}

std::string refusal_of(std::string text)
{
    const auto file = AttributeFile::parse(std::move(text));
    return file ? "" : one::to_line(file.error());
}

TEST(AttributeFile, ReadsSinglesVectorsEmptiesAndNamesInAnyCase)
{
    const auto file =
        file_of("port = 2633\nNAME=\"a \\\"b\\\" c\\d\"\nNOTHING =\nLOG = [ system = \"file\", LEVEL=3]\n");
    ASSERT_EQ(file.entries().size(), 4U);
    EXPECT_EQ(file.value(*file.find("PORT")), "2633");
    EXPECT_EQ(file.value(*file.find("name")), "a \"b\" c\\d");
    EXPECT_EQ(file.value(*file.find("NOTHING")), "");
    EXPECT_EQ(file.value_in(*file.find("LOG"), "SYSTEM"), "file");
    EXPECT_EQ(file.value_in(*file.find("LOG"), "LEVEL"), "3");
    EXPECT_EQ(file.value_in(*file.find("LOG"), "OTHER"), std::nullopt);
}

TEST(AttributeFile, TakesTheFirstOfANameThatStandsTwice)
{
    const auto file = file_of("A = 1\nV = [ X = 1, X = 2 ]\nA = 2\n");
    EXPECT_EQ(file.value(*file.find("A")), "1");
    EXPECT_EQ(file.value_in(*file.find("V"), "X"), "1");
    EXPECT_EQ(file.all("A").size(), 2U);
}

TEST(AttributeFile, FindsOneOfManyVectorsByItsName)
{
    const auto file =
        file_of("VM_MAD = [ NAME = \"kvm\", TYPE = \"kvm\" ]\nVM_MAD = [ NAME = \"lxc\", TYPE = \"xml\" ]\n");
    EXPECT_EQ(file.value_in(*file.find("VM_MAD", "lxc"), "TYPE"), "xml");
    EXPECT_EQ(file.find("VM_MAD", "vcenter"), nullptr);
}

TEST(AttributeFile, LetsAValueSpanLinesAndCommentsStandWhereTheyMay)
{
    const auto file = file_of(
        "# first\nOPS = \"a,\n   b\" # behind\nV = [ # here\n  A = 1, # there\n  # between\n  B = 2 # last\n]\n");
    EXPECT_EQ(file.value(*file.find("OPS")), "a,\n   b");
    EXPECT_EQ(file.value_in(*file.find("V"), "B"), "2");
}

TEST(AttributeFile, NamesTheLineOfWhatOpenNebulaWouldMisread)
{
    EXPECT_EQ(refusal_of("A = 1\nB = # none\n"), "cannot read line 2: no comment may follow the \"=\"");
    EXPECT_EQ(refusal_of("A = 1\n# last"),
              "cannot read line 2: the last line is a comment without a newline at its end");
    EXPECT_EQ(refusal_of("A = \"c:\\\"\n"),
              "cannot read line 1: a quoted value does not end; a backslash before its last quote?");
    EXPECT_EQ(refusal_of("A = \"a\"b\n"), "cannot read line 1: letters follow the closing quote");
    EXPECT_EQ(refusal_of("\nA = x]]>\n"), "cannot read line 2: OpenNebula reads no line with ]]> in it");
    EXPECT_EQ(refusal_of("A = 1\r\n"),
              "cannot read line 1: the line ends as on Windows, or there is a zero byte in it");
    EXPECT_EQ(refusal_of("A = \"1\"\r\n"), "cannot read line 1: letters follow the closing quote");
    EXPECT_EQ(refusal_of("A 1\n"), "cannot read line 1: \"=\" was expected after A");
    EXPECT_EQ(refusal_of("A = 1\nB ="), "cannot read line 2: the file ends in the middle of B");
    EXPECT_EQ(refusal_of("A = one two\n"), "cannot read line 2: \"=\" was expected after TWO");
}

TEST(AttributeFile, NamesTheLineOfABrokenVector)
{
    EXPECT_EQ(refusal_of("V = [\n A = 1,\n]\n"), "cannot read line 3: V has a comma before its \"]\"");
    EXPECT_EQ(refusal_of("V = [\n A = 1\n B = 2 ]\n"), "cannot read line 3: \",\" or \"]\" was expected in V");
    EXPECT_EQ(refusal_of("V = [\n A =\n]\n"), "cannot read line 3: A in V has no value; an empty one is \"\"");
    EXPECT_EQ(refusal_of("V = [ A = [ B = 1 ] ]\n"), "cannot read line 1: A in V has no value; an empty one is \"\"");
    EXPECT_EQ(refusal_of("V =\n[ A = 1 ]\n"), "cannot read line 2: a name was expected");
    EXPECT_NE(refusal_of("V = [ A = 1\n"), "");
}

TEST(AttributeFile, ChangesTheBytesOfAValueAndNothingElse)
{
    auto file =
        file_of("# a\n  PORT   =  2633   # the port\nLOG = [\n  system      = \"file\",\n  LEVEL = 3 # much\n]\n");
    ASSERT_TRUE(file.set("PORT", "2634"));
    ASSERT_TRUE(file.set_in("LOG", {{"SYSTEM", "std"}}));
    EXPECT_EQ(file.text(),
              "# a\n  PORT   =  2634   # the port\nLOG = [\n  system      = \"std\",\n  LEVEL = 3 # much\n]\n");
}

TEST(AttributeFile, LeavesAValueThatIsThereAlreadyAsItIsWritten)
{
    const std::string text = "IDS = [ START = \"2\" ]\nA=word\n";
    auto file = file_of(text);
    ASSERT_TRUE(file.set_in("IDS", {{"START", "2"}}));
    ASSERT_TRUE(file.set("A", "word"));
    EXPECT_EQ(file.text(), text);
}

TEST(AttributeFile, AddsAKeyOfAVectorOnALineOfItsOwn)
{
    auto file = file_of("DB = [ BACKEND = \"sqlite\",\n       TIMEOUT = 2500 ]\n");
    ASSERT_TRUE(file.set_in("DB", {{"SERVER", "db"}}));
    EXPECT_EQ(file.text(), "DB = [ BACKEND = \"sqlite\",\n       TIMEOUT = 2500,\n       SERVER = \"db\" ]\n");
    auto with_comment = file_of("V = [\n  A = 1 # one\n]\n");
    ASSERT_TRUE(with_comment.set_in("V", {{"B", "2"}}));
    EXPECT_EQ(with_comment.text(), "V = [\n  A = 1, # one\n  B = 2\n]\n");
}

TEST(AttributeFile, AddsAnAttributeAboveItsExampleOrAtTheEnd)
{
    auto file = file_of("A = 1\n# HOSTNAME: the name\n#HOSTNAME = \"\"\nB = 2\n");
    ASSERT_TRUE(file.set("HOSTNAME", "one.example.com"));
    ASSERT_TRUE(file.set_in("RAFT", {{"LIMIT", "5"}, {"NAME", "x"}}));
    EXPECT_EQ(file.text(), "A = 1\n# HOSTNAME: the name\nHOSTNAME = \"one.example.com\"\n#HOSTNAME = \"\"\nB = 2\n"
                           "RAFT = [\n    LIMIT = 5,\n    NAME = \"x\"\n]\n");
}

TEST(AttributeFile, DoesNotTakeAnExampleInsideAVectorForAPlace)
{
    auto file = file_of("V = [\n  A = 1\n  # RESERVED = 5\n]");
    ASSERT_TRUE(file.set("RESERVED", "x"));
    EXPECT_EQ(file.text(), "V = [\n  A = 1\n  # RESERVED = 5\n]\nRESERVED = \"x\"\n");
}

TEST(AttributeFile, KeepsABareValueApartFromItsBracket)
{
    auto file = file_of("V = [ A = \"x\"]\n");
    ASSERT_TRUE(file.set_in("V", {{"A", "5"}}));
    EXPECT_EQ(file.text(), "V = [ A = 5 ]\n");
}

TEST(AttributeFile, SetsARepeatedNameAsOftenAsThereAreValues)
{
    auto file = file_of("R = \"A\" # a\nX = 1\nR = \"B\"\nR = \"C\"\n");
    ASSERT_TRUE(file.set_all("R", {"A", "D"}));
    EXPECT_EQ(file.text(), "R = \"A\" # a\nX = 1\nR = \"D\"\n");
    ASSERT_TRUE(file.set_all("R", {"A", "D", "E"}));
    EXPECT_EQ(file.text(), "R = \"A\" # a\nX = 1\nR = \"D\"\nR = \"E\"\n");
    ASSERT_TRUE(file.erase("R"));
    EXPECT_EQ(file.text(), " # a\nX = 1\n");
}

TEST(AttributeFile, RefusesWhatNoQuotesCanHold)
{
    auto file = file_of("");
    for (const std::string value : {"ends in \\", "a \\\" b", "]]>", "a\rb"})
        EXPECT_FALSE(file.set("A", value)) << value;
    EXPECT_FALSE(file.set("A", std::string{"a\0b", 3}));
    EXPECT_FALSE(file.set("A B", "x"));
    EXPECT_EQ(file.text(), "");
}

TEST(AttributeFile, NeverRepeatsAValueInAnError)
{
    auto file = file_of("DB = [ PASSWD = \"x\" ]\n");
    const auto failed = file.set_in("DB", {{"PASSWD", "s3cret\\"}});
    ASSERT_FALSE(failed);
    EXPECT_EQ(one::to_text(failed.error()).find("s3cret"), std::string::npos);
    EXPECT_EQ(failed.error().thing, "DB/PASSWD");
}

TEST(AttributeFile, RefusesToTurnAVectorIntoASingleValue)
{
    auto file = file_of("V = [ A = 1 ]\nS = 1\n");
    EXPECT_FALSE(file.set("V", "x"));
    EXPECT_FALSE(file.set_all("V", {"x"}));
    EXPECT_FALSE(file.set_in("S", {{"A", "1"}}));
}

}  // namespace
}  // namespace onefrontend::configure
