// Edits YAML by the place of a key: a value behind it, or a new line.
#include "frontend/configure/yaml_file.hpp"

#include "common/text/words.hpp"
#include "frontend/configure/yaml_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::configure {
namespace {

using one::Result;

one::Error odd_form(const KeyPath& path, const one::Error* why = nullptr)
{
    return {.kind = one::ErrorKind::unsupported,
            .thing = to_text(path),
            .reason = "the file has a form there that is not changed safely" + (why ? ": " + why->reason : ""),
            .next = "write that value on a single line, `key: value`, and run again",
            .doing = "set"};
}

/// What of the path is there: the map to which the next key belongs.
struct Place {
    const Value* map = nullptr;    // the deepest one that is there
    std::size_t key_at = 0;        // of the last key found
    const Value* value = nullptr;  // of the last key found
    std::size_t found = 0;         // how many keys of the path
};

Place walk(const Value& root, const KeyPath& path)
{
    Place place{.map = &root};
    for (const auto& key : path) {
        if (place.found > 0) place.map = place.value;
        const auto at = std::ranges::find(place.map->keys, key);
        if (at == place.map->keys.end()) break;
        const auto index = static_cast<std::size_t>(at - place.map->keys.begin());
        place = {place.map, place.map->keys_at[index], &place.map->items[index], place.found + 1};
    }
    if (place.found > 0 && place.found < path.size()) place.map = place.value;
    return place;
}

/// The value with maps around it for all keys behind the first.
Value nested(std::span<const std::string> keys, const Value& value)
{
    if (keys.empty()) return value;
    Value map;
    map[keys.front()] = nested(keys.subspan(1), value);
    return map;
}

}  // namespace

std::string to_text(const KeyPath& path)
{
    return one::join(path, "/");
}

Result<YamlFile> YamlFile::parse(std::string text)
{
    YamlFile file;
    TRY_LET(file.root_, read_yaml(text));
    using Kind = Value::Kind;
    if (file.root_.kind != Kind::map && file.root_.kind != Kind::null)
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = "line 1",
                          .reason = "lines of `key: value` were expected",
                          .doing = "read"});
    file.text_ = std::move(text);
    return file;
}

const Value* YamlFile::find(const KeyPath& path) const
{
    const auto place = walk(root_, path);
    return place.found == path.size() ? place.value : nullptr;
}

Result<> YamlFile::take(std::string text, const Value& expected, const KeyPath& path)
{
    const auto read = read_yaml(text);
    if (!read) return one::fail(odd_form(path, &read.error()));
    if (!same(*read, expected)) return one::fail(odd_form(path));
    text_ = std::move(text);
    root_ = *read;
    return {};
}

Result<> YamlFile::set(const KeyPath& path, const Value& value)
{
    const auto place = walk(root_, path);
    const bool is_there = place.value != nullptr && place.found == path.size();
    if (is_there && same(*place.value, value)) return {};
    using Kind = Value::Kind;
    const bool in_the_way = place.map->kind == Kind::scalar || place.map->kind == Kind::list;
    if (in_the_way && place.found < path.size())
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = to_text(path),
                          .reason = fmt::format("{} has no keys in the file, it has a value", path[place.found - 1]),
                          .doing = "set"});
    Value expected = root_;
    Value* at = &expected;
    for (const auto& key : path)
        at = &(*at)[key];
    *at = value;

    if (is_there) {
        const auto around = is_flow(text_, *place.map) ? Around::brackets : Around::lines;
        return take(with_value(text_, place.key_at, path.back(), *place.value, value, around), expected, path);
    }
    const std::span<const std::string> missing{path.begin() + static_cast<std::ptrdiff_t>(place.found), path.end()};
    const Value added = nested(missing.subspan(1), value);
    if (place.map->kind == Kind::map && !is_flow(text_, *place.map)) {
        if (place.map->keys.empty()) return one::fail(odd_form(path));  // braces behind a tag
        if (place.found == 0) {  // above its commented example, where there is one
            auto above = with_entry_above_example(text_, missing.front(), added);
            if (above && take(*std::move(above), expected, path)) return {};
        }
        return take(with_entry_behind(text_, *place.map, missing.front(), added), expected, path);
    }
    if (place.found == 0)  // nothing but comments yet
        return take(with_entry_at_end(text_, missing.front(), added), expected, path);
    Value whole = *place.value;  // `key:` and nothing, or a map in braces: written anew
    whole[missing.front()] = added;
    return take(with_value(text_, place.key_at, path[place.found - 1], *place.value, whole, Around::lines), expected,
                path);
}

}  // namespace onefrontend::configure
