// What the captures do not show: other spellings, limits, and messages that are wrong.
#include "common/xmlrpc/value.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

namespace {

using namespace one::xmlrpc;

one::Result<Answer> read(const std::string& value)
{
    return parse_answer("<methodResponse><params><param>" + value + "</param></params></methodResponse>");
}

std::string refused(const one::Result<Answer>& answer)
{
    return answer ? "it was read" : answer.error().reason;
}

TEST(XmlRpcReading, TakesAnElementWithoutATypeAsAString)
{
    EXPECT_EQ(read("<value> two words </value>"), Answer{Value{" two words "}});
    EXPECT_EQ(read("<value></value>"), Answer{Value{""}});
    EXPECT_EQ(read("<value/>"), Answer{Value{""}});
}

TEST(XmlRpcReading, KeepsAStringOfBlanks)
{
    EXPECT_EQ(read("<value><string>  </string></value>"), Answer{Value{"  "}});
}

TEST(XmlRpcReading, KnowsEverySpellingOfANumber)
{
    for (const char* type : {"int", "i4", "i8", "ex:i8"})
        EXPECT_EQ(read(fmt::format("<value><{0}> -7 </{0}></value>", type)), Answer{Value{-7}}) << type;
    EXPECT_EQ(read("<value><i8>9000000000</i8></value>"), Answer{Value{std::int64_t{9000000000}}});
}

TEST(XmlRpcReading, RefusesANumberThatDoesNotFitItsType)
{
    EXPECT_EQ(refused(read("<value><i4>9000000000</i4></value>")), "<i4> holds '9000000000'");
    EXPECT_EQ(refused(read("<value><int>7x</int></value>")), "<int> holds '7x'");
    EXPECT_EQ(refused(read("<value><int></int></value>")), "<int> holds ''");
    EXPECT_EQ(refused(read("<value><boolean>2</boolean></value>")), "<boolean> holds 2");
}

TEST(XmlRpcReading, JoinsCharacterDataAndCdata)
{
    EXPECT_EQ(read("<value><string>a&lt;&amp;<![CDATA[<b>&amp;]]>&#x20;c</string></value>"),
              Answer{Value{"a<&<b>&amp; c"}});
}

TEST(XmlRpcReading, ReadsNilAsAnEmptyString)
{
    EXPECT_EQ(read("<value><nil/></value>"), Answer{Value{}});
    EXPECT_EQ(read("<value><ex:nil/></value>"), Answer{Value{}});
}

TEST(XmlRpcReading, NamesATypeThatIsNotUsed)
{
    EXPECT_EQ(refused(read("<value><double>1.5</double></value>")), "<double> is a type that OpenNebula does not use");
}

TEST(XmlRpcReading, NamesWhatStandsInTheWrongPlace)
{
    EXPECT_EQ(refused(read("<value><string>a<b/></string></value>")),
              "<b> stands where text was expected, in <string>");
    EXPECT_EQ(refused(read("<value><i4>1</i4><i4>2</i4></value>")), "<value> holds more than one element");
    EXPECT_EQ(refused(read("<value><array><i4>1</i4></array></value>")), "<array> must hold one <data>");
    EXPECT_EQ(refused(read("<value><array><data><i4>1</i4></data></array></value>")), "<i4> stands in <data>");
    EXPECT_EQ(refused(read("<i4>1</i4>")), "<param> must hold one <value>");
}

TEST(XmlRpcReading, TellsAtWhichByteAMessageWasCut)
{
    EXPECT_TRUE(refused(parse_answer("<methodResponse><params><par")).starts_with("not well-formed at byte "));
    EXPECT_TRUE(refused(parse_answer("")).starts_with("not well-formed"));
    EXPECT_EQ(refused(parse_answer(std::string_view{"<methodResponse>\0", 17})), "byte 16 is zero");
}

TEST(XmlRpcReading, NamesTheRootThatItFoundInstead)
{
    EXPECT_EQ(refused(parse_answer("<html><body>502</body></html>")),
              "its root element is <html>, not <methodResponse>");
    EXPECT_EQ(refused(parse_answer("<methodCall/>")), "its root element is <methodCall>, not <methodResponse>");
    EXPECT_EQ(parse_call("<methodCall/>").error().reason, "<methodName> is missing or empty");
}

TEST(XmlRpcReading, RefusesValuesNestedWithoutEnd)
{
    std::string deep = "<value/>";
    for (int level = 0; level < 40; ++level)
        deep = "<value><array><data>" + deep + "</data></array></value>";
    EXPECT_EQ(refused(read(deep)), "values are nested deeper than 32 levels");
}

TEST(XmlRpcReading, RefusesAMessageBeyondTheLimit)
{
    const std::string big(64UL * 1024 * 1024 + 1, ' ');
    EXPECT_EQ(refused(parse_answer(big)), "it has 67108865 bytes; at most 67108864 are read");
}

TEST(XmlRpcReading, DoesNotExpandEntitiesThatTheMessageDefines)
{
    const auto answer =
        parse_answer("<!DOCTYPE a [<!ENTITY x \"boom\">]><methodResponse><params><param><value>&x;</value>"
                     "</param></params></methodResponse>");
    EXPECT_EQ(answer, Answer{Value{"&x;"}});
}

TEST(XmlRpcReading, WantsCodeAndTextOfAFault)
{
    EXPECT_EQ(refused(parse_answer("<methodResponse><fault><value><struct><member><name>faultCode</name>"
                                   "<value><int>1</int></value></member></struct></value></fault></methodResponse>")),
              "the fault lacks faultCode or faultString");
    EXPECT_EQ(refused(parse_answer("<methodResponse><fault/></methodResponse>")), "<fault> must hold one <value>");
}

TEST(XmlRpcWriting, EscapesWhatXmlWouldChange)
{
    const Call call{.method = "m", .parameters = {"a<b>&]]>\r\n\t\"'", "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80"}};
    const auto xml = to_xml(call);
    ASSERT_TRUE(xml);
    EXPECT_NE(xml->find("a&lt;b&gt;&amp;]]&gt;&#x0d;\n\t\"'"), std::string::npos);
    EXPECT_EQ(parse_call(*xml), call);
}

TEST(XmlRpcWriting, RefusesWhatXmlCannotCarryAndNamesTheParameter)
{
    const auto xml = to_xml(Call{.method = "one.x", .parameters = {"fine", std::string{"a\x01"}}});
    ASSERT_FALSE(xml);
    EXPECT_EQ(one::to_line(xml.error()),
              "cannot send parameter 2 of one.x: byte 1 is 0x01, which XML 1.0 cannot carry");
}

TEST(XmlRpcWriting, RefusesBytesThatAreNotUtf8)
{
    for (const char* bytes : {"\xFF", "\xC3", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xEF\xBF\xBE",
                              "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\x80", "\x1B[0m"})
        EXPECT_FALSE(to_xml(Answer{Value{bytes}})) << bytes;
    for (const char* bytes : {"\xEF\xBF\xBD", "\xEE\x80\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF", "\x7F"})
        EXPECT_TRUE(to_xml(Answer{Value{bytes}})) << bytes;
}

TEST(XmlRpcWriting, UsesTheWideTypeOnlyForNumbersThatNeedIt)
{
    const Call call{.method = "m", .parameters = {2147483647, std::int64_t{2147483648}, true, Array{1, "x"}}};
    const auto xml = to_xml(call);
    ASSERT_TRUE(xml);
    EXPECT_NE(xml->find("<i4>2147483647</i4>"), std::string::npos);
    EXPECT_NE(xml->find("<i8>2147483648</i8>"), std::string::npos);
    EXPECT_EQ(parse_call(*xml), call);
}

}  // namespace
