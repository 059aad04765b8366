// Longest match wins, as in the lexer that oned was built with; what nothing matches is skipped without a word.
#include "tests/oned-sim/objects/attribute_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace onedsim {
namespace {

bool blank(char c)
{
    return c == ' ' || c == '\t';
}
bool space(char c)
{
    return blank(c) || c == '\n';
}
bool word(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}
bool bare(char c)
{
    return !space(c) && c != '=' && c != '#' && c != ',' && c != '[' && c != ']';
}

std::size_t run(std::string_view text, std::size_t from, bool (*belongs)(char))
{
    while (from < text.size() && belongs(text[from]))
        ++from;
    return from;
}

/// Length of `"..."` at the front, where \" does not end it unless nothing later does; 0 where there is none.
std::size_t quoted(std::string_view text)
{
    if (text.empty() || text.front() != '"') return 0;
    std::size_t end = 0;
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] != '"') continue;
        end = at + 1;
        if (text[at - 1] != '\\' || at == 1) break;
    }
    return end;
}

}  // namespace

std::string_view name_of(Token token)
{
    constexpr std::array<std::string_view, 9> names{"$end",        "EQUAL",  "COMMA",  "OBRACKET", "CBRACKET",
                                                    "EQUAL_EMPTY", "CCDATA", "STRING", "VARIABLE"};
    return names[static_cast<std::size_t>(token)];
}

Tokens::Match Tokens::match() const
{
    Match best;
    const auto offer = [&](std::size_t length, Token token, bool skipped) {
        if (length > best.length) best = {length, token, skipped};
    };
    const std::size_t after_blanks = run(rest_, 0, blank);
    const std::size_t after_spaces = run(rest_, 0, space);
    const char first = after_blanks < rest_.size() ? rest_[after_blanks] : '\0';
    const char later = after_spaces < rest_.size() ? rest_[after_spaces] : '\0';

    if (first == '#')
        if (const auto end = rest_.find('\n', after_blanks); end != std::string_view::npos)
            offer(end + 1, Token::end, true);
    offer(after_spaces, Token::end, true);
    offer(run(rest_, 0, word), Token::variable, false);
    if (first == '=') {
        const std::size_t end = run(rest_, after_blanks + 1, blank);
        offer(end, Token::equal, false);
        if (end < rest_.size() && rest_[end] == '\n') offer(end + 1, Token::equal_empty, false);
    }
    if (later == ',') offer(run(rest_, after_spaces + 1, space), Token::comma, false);
    if (later == ']') offer(run(rest_, after_spaces + 1, space), Token::close, false);
    return best;
}

Tokens::Match Tokens::match_value() const
{
    Match best;
    const auto offer = [&](std::size_t length, Token token) {
        if (length > best.length) best = {length, token, false};
    };
    const std::size_t after_blanks = run(rest_, 0, blank);
    if (after_blanks < rest_.size() && rest_[after_blanks] == '[')
        offer(run(rest_, after_blanks + 1, space), Token::open);
    const auto line = rest_.substr(0, rest_.find('\n'));
    if (line.find("]]>") != std::string_view::npos) offer(line.size(), Token::cdata_end);
    offer(quoted(rest_), Token::string);
    offer(run(rest_, 0, bare), Token::string);
    return best;
}

Token Tokens::next()
{
    while (!rest_.empty()) {
        const Match found = in_value_ ? match_value() : match();
        if (found.length == 0) {
            rest_.remove_prefix(1);
            continue;
        }
        const auto text = rest_.substr(0, found.length);
        rest_.remove_prefix(found.length);
        line_ += static_cast<std::size_t>(std::ranges::count(text, '\n'));
        first_line_ = line_;
        first_column_ = last_column_;
        last_column_ += text.size();
        if (found.skipped) continue;

        value_ = text;
        if (found.token == Token::equal)
            in_value_ = true;
        else if (in_value_)
            in_value_ = false;
        if (found.token == Token::string && text.size() > 1 && quoted(text) == text.size())
            value_ = text.substr(1, text.size() - 2);
        return found.token;
    }
    return Token::end;
}

std::string Tokens::place() const
{
    return fmt::format("at line {}, columns {}:{}", first_line_, first_column_, last_column_);
}

}  // namespace onedsim
