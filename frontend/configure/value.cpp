// Compares and writes values: what is a text must stay one for Ruby's and JavaScript's readers alike.
#include "frontend/configure/value.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onefrontend::configure {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::string_view plain_inside = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:-@";
constexpr std::array<std::string_view, 11> words_with_a_meaning{"true", "false", "yes",  "no",  "on", "off",
                                                                "y",    "n",     "null", "nan", "inf"};

bool is_ip4(std::string_view text)
{
    return std::ranges::count(text, '.') == 3 && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_text(const Value& scalar)
{
    return scalar.quoted || reads_as_text(scalar.text);
}

std::string double_quoted(std::string_view text)
{
    std::string written = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            written += '\\', written += c;
        else if (c == '\n')
            written += "\\n";
        else if (static_cast<unsigned char>(c) < ' ' || c == '\x7f')
            written += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        else
            written += c;
    }
    return written + '"';
}

std::string single_quoted(std::string_view text)
{
    std::string written = "'";
    for (const char c : text) {
        if (c == '\'') written += '\'';
        written += c;
    }
    return written + '\'';
}

}  // namespace

const Value* Value::find(std::string_view key) const
{
    const auto found = std::ranges::find(keys, key);
    return found == keys.end() ? nullptr : &items[static_cast<std::size_t>(found - keys.begin())];
}

Value& Value::operator[](const std::string& key)
{
    if (kind != Kind::map) *this = Value{.kind = Kind::map};
    const auto found = std::ranges::find(keys, key);
    if (found != keys.end()) return items[static_cast<std::size_t>(found - keys.begin())];
    keys.push_back(key);
    keys_at.push_back(0);
    return items.emplace_back();
}

bool same(const Value& left, const Value& right)
{
    if (left.kind != right.kind || left.items.size() != right.items.size()) return false;
    if (left.kind == Value::Kind::scalar) return left.text == right.text && is_text(left) == is_text(right);
    for (std::size_t i = 0; i < left.items.size(); ++i) {
        const Value* other = left.kind == Value::Kind::map ? right.find(left.keys[i]) : &right.items[i];
        if (!other || !same(left.items[i], *other)) return false;
    }
    return true;
}

Value text_value(std::string_view text)
{
    return {.kind = Value::Kind::scalar, .text = std::string{text}, .quoted = true};
}

Value plain_value(std::string_view text)
{
    return {.kind = Value::Kind::scalar, .text = std::string{text}};
}

Value number_value(long long number)
{
    return plain_value(std::to_string(number));
}

bool reads_as_text(std::string_view plain)
{
    if (plain.empty() || plain == "~") return false;
    if (std::ranges::find(words_with_a_meaning, one::to_lower(plain)) != words_with_a_meaning.end()) return false;
    if (is_ip4(plain)) return true;
    const bool starts_as_text = letters.find(plain.front()) != std::string_view::npos || plain.front() == '/' ||
                                plain.front() == '$' || plain.front() == '_';
    return starts_as_text;
}

std::string written_scalar(const Value& scalar, char quote)
{
    if (scalar.kind == Value::Kind::null) return "";
    if (!is_text(scalar)) return scalar.text;
    const bool controls =
        std::ranges::any_of(scalar.text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
    if (controls || quote == '"') return double_quoted(scalar.text);
    const bool plain = quote == 0 && reads_as_text(scalar.text) && !scalar.text.ends_with(':') &&
                       scalar.text.find_first_not_of(plain_inside) == std::string::npos;
    return plain ? scalar.text : single_quoted(scalar.text);
}

}  // namespace onefrontend::configure
