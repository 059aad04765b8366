// Cuts an attribute file into tokens. A value is looked for only behind '=', as OpenNebula's scanner does it.
//
// That scanner takes the longest match and prints what it does not know; so `A = # x` has the value `x`, `"a"b` is five
// letters with two quotes, and a quoted value that ends in a backslash runs on to the next quote, lines below. All of
// these are mistakes of whoever wrote the file, and are refused here.
#include "frontend/configure/attribute_tokens.hpp"

#include "common/text/letters.hpp"

#include <algorithm>

namespace onefrontend::configure {
namespace {

using one::Result;

constexpr std::string_view ends_a_bare_value = "=# \t\n,[]";
constexpr std::string_view end_of_cdata = "]]>";

bool is_name(char c)
{
    return one::is_alphanumeric(c) || c == '_';
}

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> tokens()
    {
        while (place_ < text_.size()) {
            TRY(one_token());
            if (!tokens_.empty() && tokens_.back().kind == TokenKind::equals) TRY(value());
        }
        return std::move(tokens_);
    }

private:
    Result<> one_token()
    {
        switch (text_[place_]) {
        case ' ':
        case '\t':
        case '\n': add(TokenKind::space, text_.find_first_not_of(" \t\n", place_)); return {};
        case '#': return comment();
        case '=': add(TokenKind::equals, place_ + 1); return {};
        case '[': add(TokenKind::open, place_ + 1); return {};
        case ']': add(TokenKind::close, place_ + 1); return {};
        case ',': add(TokenKind::comma, place_ + 1); return {};
        case '\r': return wrong("the line ends as on Windows; OpenNebula would take that for a letter");
        case '\0': return wrong("there is a zero byte in it");
        default: break;
        }
        auto end = place_;
        while (end < text_.size() && is_name(text_[end]))
            ++end;
        if (end == place_) return wrong("a letter is here that no name has");
        add(TokenKind::name, end);
        return {};
    }

    Result<> comment()
    {
        const auto end = text_.find('\n', place_);
        if (end == std::string_view::npos) return wrong("the last line is a comment without a newline at its end");
        add(TokenKind::comment, end);
        return {};
    }

    /// What follows '=': blanks, then a value, '[' or the end of the line.
    Result<> value()
    {
        const auto start = std::min(text_.find_first_not_of(" \t", place_), text_.size());
        if (start > place_) add(TokenKind::space, start);
        if (start == text_.size() || text_[start] == '\n') return {};
        const auto line = text_.substr(start, text_.find('\n', start) - start);
        if (line.find(end_of_cdata) != std::string_view::npos) return wrong("OpenNebula reads no line with ]]> in it");
        if (line.front() == '[') return {};
        if (line.front() == '#') return wrong("no comment may follow the \"=\"");
        if (line.front() == '"') return quoted();
        const auto end = std::min(text_.find_first_of(ends_a_bare_value, start), text_.size());
        if (end == start) return wrong("a value was expected");
        if (text_.substr(start, end - start).find_first_of(std::string_view{"\r\0", 2}) != std::string_view::npos)
            return wrong("the line ends as on Windows, or there is a zero byte in it");
        add(TokenKind::bare, end);
        return {};
    }

    Result<> quoted()
    {
        auto end = place_ + 1;
        for (; end < text_.size() && text_[end] != '"'; ++end) {
            if (text_[end] == '\0') return wrong("there is a zero byte in it");
            if (text_[end] == '\\' && end + 1 < text_.size() && text_[end + 1] == '"') ++end;
        }
        if (end >= text_.size()) return wrong("a quoted value does not end; a backslash before its last quote?");
        ++end;
        const bool glued = end < text_.size() && ends_a_bare_value.find(text_[end]) == std::string_view::npos;
        if (glued) return wrong("letters follow the closing quote");
        add(TokenKind::quoted, end);
        return {};
    }

    void add(TokenKind kind, std::size_t end)
    {
        end = std::min(end, text_.size());
        tokens_.push_back({kind, place_, end});
        place_ = end;
    }

    [[nodiscard]] one::Failure wrong(std::string reason) const
    {
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = "line " + std::to_string(line_at(text_, place_)),
                          .reason = std::move(reason),
                          .doing = "read"});
    }

    std::string_view text_;
    std::size_t place_ = 0;
    std::vector<Token> tokens_{};
};

}  // namespace

Result<std::vector<Token>> attribute_tokens(std::string_view text)
{
    return Scanner{text}.tokens();
}

std::size_t line_at(std::string_view text, std::size_t place)
{
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, place), '\n'));
}

std::string attribute_value(std::string_view written)
{
    if (written.size() > 1 && written.front() == '"') written = written.substr(1, written.size() - 2);
    std::string value;
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (written[i] == '\\' && i + 1 < written.size() && written[i + 1] == '"') ++i;
        value += written[i];
    }
    return value;
}

}  // namespace onefrontend::configure
