// The table of keys as a JSON Schema and as the tables of the documentation.
#include "common/text/words.hpp"
#include "frontend/configure/keys.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace onefrontend::configure {
namespace {

using Json = nlohmann::ordered_json;

Json object()
{
    return {{"type", "object"}, {"additionalProperties", false}, {"properties", Json::object()}};
}

Json port()
{
    return {{"type", "integer"}, {"minimum", 1}, {"maximum", 65535}};
}

/// What a key may hold, its default with it.
struct Schema {
    Settings defaults{};

    Json operator()(Text field) const { return {{"type", "string"}, {"default", defaults.*field}}; }
    Json operator()(Flag field) const { return {{"type", "boolean"}, {"default", defaults.*field}}; }
    Json operator()(List) const
    {
        return {{"type", "array"}, {"items", {{"type", "string"}, {"minLength", 1}}}, {"default", Json::array()}};
    }
    Json operator()(Proxies) const
    {
        Json entry = object();
        entry["required"] = {"servicePort", "remoteAddress", "remotePort"};
        entry["properties"]["servicePort"] = port();
        entry["properties"]["remoteAddress"] = {{"type", "string"}};
        entry["properties"]["remotePort"] = port();
        entry["properties"]["networks"] = {{"type", "array"}, {"items", {{"type", {"string", "integer"}}}}};
        return {{"type", "array"}, {"items", entry}, {"default", Json::array()}};
    }
    Json operator()(Free) const { return {{"type", "object"}, {"default", Json::object()}}; }
    Json operator()(const Number& number) const
    {
        return {{"type", "integer"},
                {"minimum", number.least},
                {"maximum", number.most},
                {"default", defaults.*number.field}};
    }
    Json operator()(const Word& word) const
    {
        Json words = Json::array();
        for (const auto one : word.words)
            words.push_back(one);
        return {{"enum", words}, {"default", defaults.*word.field}};
    }
};

std::string may_be(const Json& schema)
{
    if (schema.contains("enum")) {
        std::vector<std::string> words;
        for (const auto& word : schema["enum"])
            words.push_back('`' + word.get<std::string>() + '`');
        return one::join(words, ", ");
    }
    const auto type = schema["type"].get<std::string>();
    if (type == "integer") return fmt::format("{} to {}", schema["minimum"].get<int>(), schema["maximum"].get<int>());
    if (type == "boolean") return "`true`, `false`";
    if (type == "array") return "a list";
    return type == "object" ? "keys" : "a text";
}

std::string default_of(const Key& key, const Json& schema)
{
    const auto& value = schema["default"];
    const bool nothing = value.empty() || (value.is_string() && value.get<std::string>().empty());
    if (nothing) return key.unset.empty() ? "none" : std::string{key.unset};
    return '`' + (value.is_string() ? value.get<std::string>() : value.dump()) + '`';
}

}  // namespace

std::string settings_schema()
{
    Json root{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
              {"title", "The settings of onefrontend configure"}};
    root.update(object());
    root["required"] = {"frontend"};
    for (const Key& key : settings_keys()) {
        Json* at = &root;
        auto rest = key.path;
        for (auto step = take_step(rest); !rest.empty(); step = take_step(rest)) {
            Json& inside = (*at)["properties"][std::string{step}];
            if (inside.is_null()) inside = object();
            at = &inside;
        }
        Json leaf = std::visit(Schema{}, key.field);
        leaf["description"] = key.text;
        const auto dot = key.path.rfind('.');
        (*at)["properties"][std::string{key.path.substr(dot == std::string_view::npos ? 0 : dot + 1)}] = leaf;
    }
    root["properties"]["frontend"]["required"] = {"address"};
    root["properties"]["frontend"]["properties"]["address"]["minLength"] = 1;
    root["properties"]["frontend"]["properties"]["address"].erase("default");
    return root.dump(2) + '\n';
}

std::string settings_documentation()
{
    std::string text;
    std::string_view group;
    for (const Key& key : settings_keys()) {
        auto rest = key.path;
        if (const auto step = take_step(rest); step != group) {
            group = step;
            text += fmt::format("\n### {}\n\n| key | may be | default | what it is |\n|---|---|---|---|\n", group);
        }
        const Json schema = std::visit(Schema{}, key.field);
        text += fmt::format("| `{}` | {} | {} | {} |\n", key.path, may_be(schema), default_of(key, schema), key.text);
    }
    return text;
}

}  // namespace onefrontend::configure
