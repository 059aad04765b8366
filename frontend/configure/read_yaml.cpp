// The one place that reads YAML with yaml-cpp.
#include "frontend/configure/value.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <optional>
#include <sstream>

namespace onefrontend::configure {
namespace {

using one::Result;

constexpr std::size_t most_values = 100'000;  // an alias in an alias in an alias makes thousands of a few lines
constexpr int deepest = 40;

one::Failure wrong(const YAML::Mark& mark, std::string reason)
{
    return one::fail({.kind = one::ErrorKind::invalid,
                      .thing = fmt::format("line {}", std::max(mark.line, 0) + 1),
                      .reason = std::move(reason),
                      .doing = "read"});
}

std::size_t place_of(const YAML::Node& node)
{
    return static_cast<std::size_t>(std::max(node.Mark().pos, 0));
}

class Reader {
public:
    Result<Value> read(const YAML::Node& node, int depth = 0)
    {
        if (++values_ > most_values) return wrong(node.Mark(), "there is too much in it");
        if (depth > deepest) return wrong(node.Mark(), "it is nested too deep");
        Value value{.at = place_of(node)};
        switch (node.Type()) {
        case YAML::NodeType::Undefined:
        case YAML::NodeType::Null: return value;
        case YAML::NodeType::Scalar:
            value.kind = Value::Kind::scalar;
            value.text = node.Scalar();
            value.quoted = node.Tag() == "!";
            return value;
        case YAML::NodeType::Sequence:
            value.kind = Value::Kind::list;
            for (const auto& item : node) {
                TRY_LET(auto read_item, read(item, depth + 1));
                value.items.push_back(std::move(read_item));
            }
            return value;
        case YAML::NodeType::Map: break;
        }
        return map(node, std::move(value), depth);
    }

private:
    Result<Value> map(const YAML::Node& node, Value value, int depth)
    {
        value.kind = Value::Kind::map;
        for (const auto& entry : node) {
            if (!entry.first.IsScalar()) return wrong(entry.first.Mark(), "a key is no plain word");
            const auto& key = entry.first.Scalar();
            if (value.find(key)) return wrong(entry.first.Mark(), fmt::format("{} stands here a second time", key));
            TRY_LET(auto item, read(entry.second, depth + 1));
            value.keys.push_back(key);
            value.keys_at.push_back(place_of(entry.first));
            value.items.push_back(std::move(item));
        }
        return value;
    }

    std::size_t values_ = 0;
};

/// Where something stands in a document; nothing where it is empty.
class FirstMark : public YAML::EventHandler {
public:
    using Mark = YAML::Mark;
    using Anchor = YAML::anchor_t;
    using Style = YAML::EmitterStyle::value;

    void OnDocumentStart(const Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const Mark&, Anchor) override {}
    void OnAlias(const Mark& at, Anchor) override { note(at); }
    void OnScalar(const Mark& at, const std::string&, Anchor, const std::string&) override { note(at); }
    void OnSequenceStart(const Mark& at, const std::string&, Anchor, Style) override { note(at); }
    void OnSequenceEnd() override {}
    void OnMapStart(const Mark& at, const std::string&, Anchor, Style) override { note(at); }
    void OnMapEnd() override {}

    std::optional<Mark> mark{};

private:
    void note(const Mark& at)
    {
        if (!mark) mark = at;
    }
};

/// YAML::LoadAll() never ends where a document is left and none begins: `!word,/`.
std::optional<YAML::Mark> second_document(const std::string& text)
{
    std::istringstream input{text};
    YAML::Parser parser{input};
    FirstMark first;
    FirstMark second;
    if (parser.HandleNextDocument(first)) parser.HandleNextDocument(second);
    return second.mark;
}

}  // namespace

Result<Value> read_yaml(const std::string& text)
try {
    if (const auto mark = second_document(text)) return wrong(*mark, "a second document begins");
    return Reader{}.read(YAML::Load(text));
} catch (const YAML::Exception& broken) {  // yaml-cpp has no other form
    return wrong(broken.mark, broken.msg);
}

}  // namespace onefrontend::configure
