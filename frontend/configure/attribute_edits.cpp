// Changes an attribute file where it must change: a value's own bytes, or a new line; everything is read again after it.
#include "frontend/configure/attribute_file.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::configure {
namespace {

using one::Result;

constexpr std::size_t nowhere = std::string::npos;

one::Failure refuse(std::string_view thing, std::string reason)
{
    return one::fail(
        {.kind = one::ErrorKind::invalid, .thing = std::string{thing}, .reason = std::move(reason), .doing = "set"});
}

bool is_number(std::string_view text)
{
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.size() < 19 && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_name(std::string_view text)
{
    return !text.empty() && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") ==
                                std::string_view::npos;
}

/// For map_error: names what could not be set.
auto about(std::string_view name, std::string_view key = {})
{
    return [name, key](one::Error error) {
        error.thing = key.empty() ? std::string{name} : fmt::format("{}/{}", name, key);
        return error;
    };
}

std::size_t begin_of_line(std::string_view text, std::size_t place)
{
    const auto newline = place == 0 ? nowhere : text.rfind('\n', place - 1);
    return newline == nowhere ? 0 : newline + 1;
}

std::size_t behind_line(std::string_view text, std::size_t place)
{
    const auto newline = text.find('\n', place);
    return newline == nowhere ? text.size() : newline + 1;
}

bool is_blank(std::string_view text)
{
    return text.find_first_not_of(" \t\n") == std::string_view::npos;
}

}  // namespace

Result<std::string> written_value(std::string_view value)
{
    if (is_number(value)) return std::string{value};
    if (value.find("]]>") != nowhere) return refuse("a value", "OpenNebula reads no value with ]]> in it");
    if (value.find_first_of(std::string_view{"\0\r", 2}) != nowhere)
        return refuse("a value", "it has a zero byte or a carriage return in it");
    if (value.ends_with('\\'))
        return refuse("a value", "it ends in a backslash, which would hide the closing quote from OpenNebula");
    std::string written = "\"";
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool hides = value[i] == '\\' && i + 1 < value.size() && value[i + 1] == '"';
        if (hides) return refuse("a value", "OpenNebula would read its \\\" as a quote alone");
        if (value[i] == '"') written += '\\';
        written += value[i];
    }
    return written + '"';
}

Result<> AttributeFile::replace(Span place, std::string_view by)
{
    std::string text = text_;
    text.replace(place.begin, place.end - place.begin, by);
    TRY_LET(*this, parse(std::move(text)));
    return {};
}

/// Sets a value that is there. A bare one keeps a blank before a bracket: onedb's reader would take that for its last
/// letter.
Result<> AttributeFile::rewrite(const Pair& pair, std::string_view value)
{
    if (this->value(pair) == value) return {};
    TRY_LET(auto written, written_value(value));
    if (pair.value_at.begin == pair.value_at.end) written.insert(0, " ");  // NAME = and nothing
    const bool bracket = pair.value_at.end < text_.size() && text_[pair.value_at.end] == ']';
    if (bracket && written.front() != '"') written += ' ';
    return replace(pair.value_at, written);
}

/// The end of the comment that follows on the same line; the place itself where there is none.
std::size_t AttributeFile::behind_comment(std::size_t place) const
{
    const auto line_end = behind_line(text_, place);
    for (const Token& token : tokens_)
        if (token.kind == TokenKind::comment && token.begin >= place && token.begin < line_end) return token.end;
    return place;
}

/// Where the first line `# NAME =` begins; nowhere if there is none.
std::size_t AttributeFile::example_of(std::string_view name) const
{
    for (const Token& token : tokens_) {
        if (token.kind != TokenKind::comment) continue;
        auto words = at({token.begin, token.end});
        words.remove_prefix(std::min(words.find_first_not_of("# \t"), words.size()));
        if (!words.starts_with(name)) continue;
        words.remove_prefix(name.size());
        words.remove_prefix(std::min(words.find_first_not_of(" \t"), words.size()));
        const auto line = begin_of_line(text_, token.begin);
        if (words.starts_with('=') && is_blank(at({line, token.begin}))) return line;
    }
    return nowhere;
}

bool AttributeFile::mentions(std::string_view name) const
{
    return example_of(name) != nowhere;
}

/// A new attribute stands above its commented example where there is one outside of any vector, else at the end.
Result<> AttributeFile::add(std::string_view name, std::string_view written)
{
    if (!is_name(name)) return refuse(name, "a name has letters, digits and _ only");
    const auto line = fmt::format("{} = {}\n", name, written);
    auto place = example_of(name);
    for (const Entry& entry : entries_)
        if (place != nowhere && place > entry.name_at.begin && place < entry.value_at.end) place = nowhere;
    if (place != nowhere) return replace({place, place}, line);
    const bool open_end = !text_.empty() && text_.back() != '\n';
    return replace({text_.size(), text_.size()}, (open_end ? "\n" : "") + line);
}

/// A new pair goes behind the last one, on a line of its own, indented as that one is.
Result<> AttributeFile::add_to(const Entry& vector, const NewPair& pair)
{
    if (!is_name(pair.name)) return refuse(pair.name, "a name has letters, digits and _ only");
    TRY_LET(const auto written, written_value(pair.value));
    if (vector.pairs.empty()) return replace(vector.value_at, fmt::format("[\n    {} = {}\n]", pair.name, written));
    const Pair last = vector.pairs.back();
    const auto line = begin_of_line(text_, last.name_at.begin);
    const std::string indent(last.name_at.begin - line, ' ');
    const auto behind = behind_comment(last.value_at.end);
    const auto comment = std::string{at({last.value_at.end, behind})};
    const auto added = fmt::format("{},{}\n{}{} = {}", at(last.value_at), comment, indent, pair.name, written);
    const bool bracket = text_[behind] == ']';  // a vector does not end before it
    return replace({last.value_at.begin, behind}, added + (bracket ? " " : ""));
}

/// Without the lines that would be left blank by it.
Result<> AttributeFile::erase(Span place)
{
    const auto line = begin_of_line(text_, place.begin);
    const auto next = behind_line(text_, place.end);
    if (is_blank(at({line, place.begin})) && is_blank(at({place.end, next}))) place = {line, next};
    return replace(place, "");
}

Result<> AttributeFile::set(std::string_view name, std::string_view value)
{
    const Entry* entry = find(name);
    if (entry && entry->is_vector) return refuse(name, "it is a vector in the file: its keys have values, not itself");
    if (entry) return rewrite(*entry, value).map_error(about(name));
    TRY_LET(const auto written, written_value(value).map_error(about(name)));
    return add(name, written);
}

Result<> AttributeFile::add_vector(std::string_view name, const std::vector<NewPair>& pairs)
{
    std::string lines;
    for (const NewPair& pair : pairs) {
        if (!is_name(pair.name)) return refuse(pair.name, "a name has letters, digits and _ only");
        TRY_LET(const auto written, written_value(pair.value).map_error(about(name, pair.name)));
        lines += fmt::format("{}    {} = {}", lines.empty() ? "" : ",\n", pair.name, written);
    }
    return add(name, fmt::format("[\n{}\n]", lines));
}

Result<> AttributeFile::set_in(std::string_view name, const std::vector<NewPair>& pairs, std::string_view named)
{
    if (!find(name, named)) {
        std::vector<NewPair> whole = pairs;
        if (!named.empty()) whole.insert(whole.begin(), NewPair{"NAME", std::string{named}});
        return add_vector(name, whole);
    }
    for (const NewPair& pair : pairs) {
        const Entry entry = *find(name, named);
        if (!entry.is_vector) return refuse(name, "it is a single value in the file, not a vector");
        const auto found = std::ranges::find(entry.pairs, upper(pair.name), &Pair::name);
        const auto done = found == entry.pairs.end() ? add_to(entry, pair) : rewrite(*found, pair.value);
        if (!done) return one::fail(about(name, pair.name)(done.error()));
    }
    return {};
}

Result<> AttributeFile::set_all(std::string_view name, const std::vector<std::string>& values)
{
    for (const Entry* entry : all(name))
        if (entry->is_vector) return refuse(name, "it is a vector in the file, not a list of single values");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto present = all(name);
        if (i < present.size()) {
            TRY(rewrite(*present[i], values[i]).map_error(about(name)));
            continue;
        }
        TRY_LET(const auto written, written_value(values[i]).map_error(about(name)));
        if (present.empty()) {
            TRY(add(name, written));
            continue;
        }
        const auto behind = behind_comment(present.back()->value_at.end);
        TRY(replace({behind, behind}, fmt::format("\n{} = {}", at(present.back()->name_at), written)));
    }
    while (all(name).size() > values.size())
        TRY(erase(Span{all(name).back()->name_at.begin, all(name).back()->value_at.end}));
    return {};
}

Result<> AttributeFile::erase(std::string_view name)
{
    while (const Entry* entry = find(name))
        TRY(erase(Span{entry->name_at.begin, entry->value_at.end}));
    return {};
}

}  // namespace onefrontend::configure
