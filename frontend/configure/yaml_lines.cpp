// Finds the ends of YAML values and writes new ones: texts and lists of words in one line, all else in a block.
#include "frontend/configure/yaml_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::configure {
namespace {

using Kind = Value::Kind;

constexpr std::size_t nowhere = std::string_view::npos;

std::size_t begin_of_line(std::string_view text, std::size_t place)
{
    const auto newline = place == 0 ? nowhere : text.rfind('\n', place - 1);
    return newline == nowhere ? 0 : newline + 1;
}

std::size_t end_of_line(std::string_view text, std::size_t place)
{
    return std::min(text.find('\n', place), text.size());
}

/// Behind a quoted text that begins here.
std::size_t end_of_quoted(std::string_view text, std::size_t place)
{
    const char quote = text[place++];
    for (; place < text.size(); ++place) {
        const bool hides_the_next = quote == '"' ? text[place] == '\\' : text.substr(place, 2) == "''";
        if (hides_the_next)
            ++place;
        else if (text[place] == quote)
            return place + 1;
    }
    return text.size();
}

std::size_t end_of_brackets(std::string_view text, std::size_t place)
{
    int depth = 0;
    for (; place < text.size(); ++place) {
        const char c = text[place];
        if (c == '"' || c == '\'') {
            place = end_of_quoted(text, place) - 1;
            continue;
        }
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && --depth == 0) return place + 1;
    }
    return text.size();
}

std::size_t end_of_plain(std::string_view text, std::size_t place, Around around)
{
    auto line = text.substr(place, end_of_line(text, place) - place);
    if (around == Around::brackets) line = line.substr(0, line.find_first_of(",]}"));
    line = line.substr(0, line.find(" #"));
    line = line.substr(0, line.find("\t#"));
    return place + line.find_last_not_of(" \t") + 1;
}

/// Behind a value that begins and ends on one line.
std::size_t end_of_inline(std::string_view text, std::size_t place, Around around)
{
    if (place >= text.size()) return text.size();
    if (text[place] == '"' || text[place] == '\'') return end_of_quoted(text, place);
    if (text[place] == '[' || text[place] == '{') return end_of_brackets(text, place);
    return end_of_plain(text, place, around);
}

bool has_content(std::string_view line)
{
    const auto first = line.find_first_not_of(" \t\r");
    return first != nowhere && line[first] != '#';
}

/// Behind the last line with content of an entry whose key stands at this column.
std::size_t end_of_block(std::string_view text, std::size_t key_at)
{
    const auto column = key_at - begin_of_line(text, key_at);
    auto end = end_of_line(text, key_at);
    for (auto line_at = end + 1; line_at < text.size();) {
        const auto line_end = end_of_line(text, line_at);
        const auto line = text.substr(line_at, line_end - line_at);
        if (has_content(line)) {
            const auto indent = line.find_first_not_of(' ');
            const bool item = line.substr(indent).starts_with("- ") || line.substr(indent) == "-";
            if (indent < column || (indent == column && !item)) break;
            end = line_end;
        }
        line_at = line_end + 1;
    }
    return end;
}

std::size_t behind_colon(std::string_view text, std::size_t key_at, std::string_view key)
{
    const bool quoted = text[key_at] == '"' || text[key_at] == '\'';
    const auto key_end = quoted ? end_of_quoted(text, key_at) : std::min(key_at + key.size(), text.size());
    return std::min(text.find(':', key_end), text.size() - 1) + 1;
}

bool fits_one_line(const Value& value)
{
    if (value.kind == Kind::map) return value.items.empty();
    return std::ranges::all_of(value.items, [](const Value& item) { return item.kind == Kind::scalar; });
}

std::string written_inline(const Value& value, char quote = 0)
{
    if (value.kind == Kind::null || value.kind == Kind::scalar) return written_scalar(value, quote);
    if (value.kind == Kind::map) return "{}";
    std::string items;
    for (const Value& item : value.items)
        items += (items.empty() ? "" : ", ") + written_scalar(item);
    return '[' + items + ']';
}

std::string written_block(const Value& value, std::size_t indent)
{
    std::string text;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
        if (value.kind == Kind::map) {
            text += written_entry(value.keys[i], value.items[i], indent);
        } else if (fits_one_line(value.items[i])) {
            text += fmt::format("{}- {}\n", std::string(indent, ' '), written_inline(value.items[i]));
        } else {
            auto item = written_block(value.items[i], indent + 2);
            item[indent] = '-';  // its first line begins with indent + 2 blanks
            text += item;
        }
    }
    return text;
}

std::string inserted(const std::string& text, std::size_t behind_line, const std::string& lines)
{
    if (behind_line >= text.size()) {
        const bool open_end = !text.empty() && text.back() != '\n';
        return text + (open_end ? "\n" : "") + lines;
    }
    return text.substr(0, behind_line + 1) + lines + text.substr(behind_line + 1);
}

}  // namespace

bool is_flow(std::string_view text, const Value& value)
{
    return value.at < text.size() && (text[value.at] == '{' || text[value.at] == '[');
}

std::string written_entry(std::string_view key, const Value& value, std::size_t indent)
{
    const auto head = fmt::format("{}{}:", std::string(indent, ' '), key);
    if (!fits_one_line(value)) return head + '\n' + written_block(value, indent + 2);
    const auto written = written_inline(value);
    return head + (written.empty() ? "" : " ") + written + '\n';
}

std::string with_value(const std::string& text, std::size_t key_at, std::string_view key, const Value& before,
                       const Value& after, Around around)
{
    const auto colon = behind_colon(text, key_at, key);
    const auto line_end = end_of_line(text, key_at);
    const bool nothing = before.kind == Kind::null && (before.at >= line_end || before.at < colon);
    const bool one_line =
        !nothing && before.at >= colon && before.at < line_end && text[before.at] != '|' && text[before.at] != '>';
    auto end = end_of_block(text, key_at);
    if (nothing) end = colon;
    if (one_line) end = end_of_inline(text, before.at, around);
    const auto begin = one_line ? before.at : colon;
    if (fits_one_line(after)) {
        const bool had_quote = one_line && before.kind == Kind::scalar && (text[begin] == '\'' || text[begin] == '"');
        const bool keeps = had_quote && after.kind == Kind::scalar && after.quoted;
        const auto written = written_inline(after, keeps ? text[begin] : '\0');
        return text.substr(0, begin) + (one_line || written.empty() ? "" : " ") + written + text.substr(end);
    }
    const auto column = key_at - begin_of_line(text, key_at);
    if (!nothing && !one_line)  // a block by a block
        return text.substr(0, colon) + '\n' + written_block(after, column + 2) +
               (end < text.size() ? text.substr(end + 1) : "");
    std::string without = text.substr(0, colon) + text.substr(end);
    return inserted(without, end_of_line(without, key_at), written_block(after, column + 2));
}

std::string with_entry_behind(const std::string& text, const Value& map, std::string_view key, const Value& value)
{
    const auto first = map.keys_at.front();
    const auto column = first - begin_of_line(text, first);
    return inserted(text, end_of_block(text, map.keys_at.back()), written_entry(key, value, column));
}

std::optional<std::string> with_entry_above_example(const std::string& text, std::string_view key, const Value& value)
{
    for (std::size_t line_at = 0; line_at < text.size(); line_at = end_of_line(text, line_at) + 1) {
        std::string_view line{text};
        line = line.substr(line_at, end_of_line(text, line_at) - line_at);
        if (!line.starts_with('#')) continue;
        line.remove_prefix(std::min(line.find_first_not_of("# "), line.size()));
        if (!line.starts_with(key) || !line.substr(key.size()).starts_with(':')) continue;
        return text.substr(0, line_at) + written_entry(key, value, 0) + text.substr(line_at);
    }
    return std::nullopt;
}

std::string with_entry_at_end(const std::string& text, std::string_view key, const Value& value)
{
    return inserted(text, text.size(), written_entry(key, value, 0));
}

}  // namespace onefrontend::configure
