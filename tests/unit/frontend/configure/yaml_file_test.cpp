#include "frontend/configure/yaml_file.hpp"

#include <gtest/gtest.h>

namespace onefrontend::configure {
namespace {

std::string after(std::string text, const KeyPath& path, const Value& value)
{
    auto file = YamlFile::parse(std::move(text));
    if (!file) return one::to_text(file.error());
    const auto set = file->set(path, value);
    return set ? file->text() : one::to_text(set.error());
}

TEST(YamlFile, ChangesAValueAndKeepsItsLine)
{
    EXPECT_EQ(after("# c\n:host: 127.0.0.1   # where\n:port: 2474\n", {":host"}, text_value("0.0.0.0")),
              "# c\n:host: 0.0.0.0   # where\n:port: 2474\n");
    EXPECT_EQ(after(":server:\n  :bind: 127.0.0.1\n  :port: 5030\n", {":server", ":port"}, number_value(31030)),
              ":server:\n  :bind: 127.0.0.1\n  :port: 31030\n");
}

TEST(YamlFile, KeepsTheQuotesThatWereThere)
{
    EXPECT_EQ(after("a: 'tcp://localhost:2101'\n", {"a"}, text_value("tcp://events:2101")), "a: 'tcp://events:2101'\n");
    EXPECT_EQ(after("a: \"x\" # y\n", {"a"}, text_value("it's")), "a: \"it's\" # y\n");
}

TEST(YamlFile, LeavesWhatIsThereAlready)
{
    const std::string text = "host: '0.0.0.0'\nlist:   [a,b]\nport: 1\n";
    EXPECT_EQ(after(text, {"host"}, text_value("0.0.0.0")), text);
    EXPECT_EQ(after(text, {"port"}, number_value(1)), text);
    EXPECT_EQ(after(text, {"list"}, Value{.kind = Value::Kind::list, .items = {text_value("a"), text_value("b")}}),
              text);
}

TEST(YamlFile, QuotesWhatAReaderCouldTakeForSomethingElse)
{
    for (const auto* word :
         {"yes", "no", "on", "1", "1.5", "::", "12:30", "", "~", "null", "a: b", "a #b", "- a", "*x", "!y", "{", "a:"})
        EXPECT_EQ(after("a: b\n", {"a"}, text_value(word)), "a: '" + std::string{word} + "'\n");
    EXPECT_EQ(after("a: b\n", {"a"}, text_value("http://h:1/RPC2")), "a: http://h:1/RPC2\n");
    EXPECT_EQ(after("a: b\n", {"a"}, text_value("x\ny")), "a: \"x\\ny\"\n");
}

TEST(YamlFile, AddsAKeyAboveItsExampleElseBehindTheOthers)
{
    EXPECT_EQ(after(":a: 1\n# :tproxy: []\n:b: 2\n", {":tproxy"}, number_value(5)),
              ":a: 1\n:tproxy: 5\n# :tproxy: []\n:b: 2\n");
    EXPECT_EQ(after("a: 1\nb:\n  c: 2\n# end\n", {"d"}, number_value(5)), "a: 1\nb:\n  c: 2\nd: 5\n# end\n");
    EXPECT_EQ(after("a:\n    c: 2 # two\n\nb: 1\n", {"a", "d"}, number_value(5)),
              "a:\n    c: 2 # two\n    d: 5\n\nb: 1\n");
    EXPECT_EQ(after("# only words\n", {"a", "b"}, number_value(1)), "# only words\na:\n  b: 1\n");
    EXPECT_EQ(after("", {"a"}, number_value(1)), "a: 1\n");
    EXPECT_EQ(after("a: 1", {"b"}, number_value(1)), "a: 1\nb: 1\n");
}

TEST(YamlFile, DoesNotPutAKeyAboveAnExampleInsideAnotherMap)
{
    EXPECT_EQ(after("m:\n# k: 1\n  a: 1\n", {"k"}, number_value(5)), "m:\n# k: 1\n  a: 1\nk: 5\n");
}

TEST(YamlFile, FillsAKeyThatHasNothing)
{
    EXPECT_EQ(after(":restricted:\n  #- deploy\n:b: 1\n", {":restricted"},
                    Value{.kind = Value::Kind::list, .items = {text_value("stop")}}),
              ":restricted: [stop]\n  #- deploy\n:b: 1\n");
    EXPECT_EQ(after("a: # none\nb: 1\n", {"a"}, number_value(1)), "a: 1 # none\nb: 1\n");
    EXPECT_EQ(after("a:\nb: 1\n", {"a", "c"}, number_value(1)), "a:\n  c: 1\nb: 1\n");
}

Value proxy()
{
    Value entry;
    entry[":service_port"] = number_value(5030);
    entry[":remote_addr"] = text_value("one.example.com");
    entry[":networks"] = Value{.kind = Value::Kind::list, .items = {number_value(0), text_value("vnet1")}};
    return {.kind = Value::Kind::list, .items = {entry}};
}

constexpr auto proxy_lines =
    ":tproxy:\n  - :service_port: 5030\n    :remote_addr: one.example.com\n    :networks: [0, vnet1]\n";

TEST(YamlFile, WritesAListOfMapsAsABlock)
{
    EXPECT_EQ(after(":a: 1\n", {":tproxy"}, proxy()), std::string{":a: 1\n"} + proxy_lines);
    EXPECT_EQ(after(":tproxy: [] # none\n:a: 1\n", {":tproxy"}, proxy()),
              ":tproxy: # none\n" + std::string{proxy_lines}.substr(9) + ":a: 1\n");
}

TEST(YamlFile, ReplacesABlockByABlock)
{
    EXPECT_EQ(after(":tproxy:\n- :service_port: 1\n  :remote_addr: a\n- :service_port: 2\n\n# c\n:a: 1\n", {":tproxy"},
                    proxy()),
              std::string{proxy_lines} + "\n# c\n:a: 1\n");
    EXPECT_EQ(after(":tproxy:\n- 1\n", {":tproxy"}, Value{.kind = Value::Kind::list}), ":tproxy: []\n");
}

TEST(YamlFile, WritesAMapInBracesAnew)
{
    EXPECT_EQ(after("log: {level: 2, system: 'file'} # c\n", {"log", "level"}, number_value(3)),
              "log: {level: 3, system: 'file'} # c\n");
    EXPECT_EQ(after("log: {level: 2}\nb: 1\n", {"log", "system"}, text_value("file")),
              "log:\n  level: 2\n  system: file\nb: 1\n");
}

TEST(YamlFile, RefusesFormsThatItCannotChangeSafely)
{
    EXPECT_NE(after("a: &x 1\nb: *x\n", {"a"}, number_value(2)).find("not changed safely"), std::string::npos);
    EXPECT_NE(after("a: one\n  two\n", {"a"}, text_value("x")).find("not changed safely"), std::string::npos);
    EXPECT_NE(after("a: 1\n", {"a", "b"}, number_value(2)).find("has no keys"), std::string::npos);
    EXPECT_NE(after("!tag {}\n", {"a"}, number_value(2)).find("not changed safely"), std::string::npos);
}

TEST(YamlFile, NamesTheLineOfWhatIsNoSuchFile)
{
    EXPECT_EQ(after("a: 1\na: 2\n", {"a"}, number_value(1)), "cannot read line 2: a stands here a second time");
    EXPECT_EQ(after("- 1\n", {"a"}, number_value(1)), "cannot read line 1: lines of `key: value` were expected");
    EXPECT_NE(after("a: [1\n", {"a"}, number_value(1)).find("line "), std::string::npos);
    EXPECT_NE(after("a: 1\n---\nb: 1\n", {"a"}, number_value(1)).find("second document"), std::string::npos);
}

TEST(YamlFile, EndsWhereTheLibrarysReaderWouldNot)
{
    EXPECT_NE(after("!word,/", {"a"}, number_value(1)).find("were expected"), std::string::npos);
    EXPECT_EQ(after("a: 1\n...\n", {"a"}, number_value(1)), "a: 1\n...\n");
    EXPECT_EQ(after("a: 1\n---\n", {"a"}, number_value(1)), "a: 1\n---\n") << "nothing stands in the second one";
}

TEST(YamlFile, BoundsWhatAliasesMake)
{
    std::string text = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char c = 'b'; c <= 'i'; ++c)
        text += std::string{c} + ": &" + c + " [*" + char(c - 1) + ",*" + char(c - 1) + ",*" + char(c - 1) + ",*" +
                char(c - 1) + ",*" + char(c - 1) + "]\n";
    EXPECT_NE(after(text, {"z"}, number_value(1)).find("too much"), std::string::npos);
}

}  // namespace
}  // namespace onefrontend::configure
