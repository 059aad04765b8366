// Reads the attribute files of OpenNebula: NAME = value, NAME = [ KEY = value ].
#include "frontend/enroll/attributes.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::Result;

bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

bool is_name(char c)
{
    return one::is_alphanumeric(c) || c == '_';
}

bool is_bare(char c)
{
    return !is_blank(c) && c != '\n' && c != '=' && c != '#' && c != ',' && c != '[' && c != ']';
}

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    Result<std::vector<Attribute>> file()
    {
        std::vector<Attribute> attributes;
        for (skip_lines(); !at_end(); skip_lines()) {
            TRY_LET(auto attribute, one_attribute());
            attributes.push_back(std::move(attribute));
        }
        return attributes;
    }

private:
    Result<Attribute> one_attribute()
    {
        Attribute attribute;
        TRY_LET(attribute.name, name());
        TRY(expect('='));
        skip_blanks();
        if (at_end() || here() == '\n') return attribute;  // NAME = and nothing: empty
        if (here() == '[') {
            attribute.is_vector = true;
            TRY_LET(attribute.pairs, vector());
            return attribute;
        }
        TRY_LET(attribute.value, value());
        return attribute;
    }

    Result<std::vector<std::pair<std::string, std::string>>> vector()
    {
        std::vector<std::pair<std::string, std::string>> pairs;
        ++place_;
        skip_lines();
        if (!at_end() && here() == ']') return ++place_, pairs;
        while (true) {
            skip_lines();
            TRY_LET(auto key, name());
            TRY(expect('='));
            skip_blanks();
            TRY_LET(auto text, value());
            if (std::ranges::find(pairs, key, [](const auto& pair) { return pair.first; }) == pairs.end())
                pairs.emplace_back(std::move(key), std::move(text));
            skip_lines();
            if (at_end()) return wrong("a \"]\" is missing");
            if (here() == ']') return ++place_, pairs;
            TRY(expect(','));
        }
    }

    Result<std::string> name()
    {
        const auto from = place_;
        while (!at_end() && is_name(here()))
            ++place_;
        if (place_ == from) return wrong("a name was expected");
        std::string text{text_.substr(from, place_ - from)};
        text = one::to_upper(text);
        return text;
    }

    Result<std::string> value()
    {
        if (!at_end() && here() == '"') return quoted();
        const auto from = place_;
        while (!at_end() && is_bare(here()))
            ++place_;
        if (place_ == from) return wrong("a value was expected");
        return std::string{text_.substr(from, place_ - from)};
    }

    Result<std::string> quoted()
    {
        const auto start = place_++;
        std::string text;
        for (; !at_end(); ++place_) {
            if (here() == '"') return ++place_, text;
            const bool escaped_quote = here() == '\\' && place_ + 1 < text_.size() && text_[place_ + 1] == '"';
            if (escaped_quote) ++place_;  // the only escape there is
            text += here();
        }
        place_ = start;
        return wrong("a quoted value does not end");
    }

    Result<> expect(char c)
    {
        skip_blanks();
        if (at_end() || here() != c) return wrong(fmt::format("\"{}\" was expected", c));
        ++place_;
        return {};
    }

    void skip_blanks()
    {
        while (!at_end() && is_blank(here()))
            ++place_;
    }

    void skip_lines()  // blanks, newlines and comments
    {
        while (!at_end() && (is_blank(here()) || here() == '\n' || here() == '#')) {
            if (here() == '#')
                place_ = std::min(text_.find('\n', place_), text_.size());
            else
                ++place_;
        }
    }

    [[nodiscard]] one::Failure wrong(std::string reason) const
    {
        const auto line = 1 + std::ranges::count(text_.substr(0, place_), '\n');
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = fmt::format("line {}", line),
                          .reason = std::move(reason),
                          .doing = "read"});
    }

    [[nodiscard]] bool at_end() const { return place_ >= text_.size(); }
    [[nodiscard]] char here() const { return text_[place_]; }

    std::string_view text_;
    std::size_t place_ = 0;
};

}  // namespace

Result<std::vector<Attribute>> parse_attributes(std::string_view text)
{
    return Scanner{text}.file();
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name)
{
    const auto found = std::ranges::find(attributes, name, &Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
}

std::string_view value_in(const Attribute& vector, std::string_view name)
{
    for (const auto& [key, value] : vector.pairs)
        if (key == name) return value;
    return {};
}

}  // namespace onefrontend
