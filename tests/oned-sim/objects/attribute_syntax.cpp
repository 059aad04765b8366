// A parser of three states; what may stand where is what oned's grammar allows, and so are the words of its refusals.
#include "tests/oned-sim/objects/attribute_syntax.hpp"

#include "tests/oned-sim/objects/attribute_tokens.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <initializer_list>

namespace onedsim {
namespace {

std::string unescaped(std::string text)
{
    for (auto at = text.find("\\\""); at != std::string::npos; at = text.find("\\\"", at))
        text.replace(at, 2, "\"");
    return text;
}

std::string upper(std::string text)
{
    std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
}

class Parser {
public:
    explicit Parser(std::string_view text) : tokens_(text) { step(); }

    one::Result<Attributes> run()
    {
        Attributes attributes;
        while (token_ == Token::variable) {
            const std::string name = tokens_.value();
            step();
            if (token_ == Token::equal_empty) {
                attributes.add(name, std::string{});
                step();
                continue;
            }
            TRY(expect({Token::equal, Token::equal_empty}));
            step();
            TRY(expect({Token::open, Token::cdata_end, Token::string}));
            if (token_ == Token::cdata_end) return refuse(".");  // the parser gives up without a word
            if (token_ == Token::string) {
                attributes.add(name, unescaped(tokens_.value()));
                step();
                continue;
            }
            step();
            TRY_LET(auto vector, read_vector());
            attributes.add(name, std::move(vector));
        }
        TRY(expect({Token::end}));
        return attributes;
    }

private:
    one::Result<Vector> read_vector()
    {
        Vector vector;
        TRY(expect({Token::close, Token::variable}));
        while (token_ == Token::variable) {
            const std::string key = upper(tokens_.value());
            step();
            TRY(expect({Token::equal}));
            step();
            TRY(expect({Token::string}));
            vector.emplace(key, unescaped(tokens_.value()));  // the first of two equal keys stays
            step();
            TRY(expect({Token::comma, Token::close}));
            if (token_ == Token::close) break;
            step();
            TRY(expect({Token::variable}));
        }
        step();
        return vector;
    }

    void step() { token_ = tokens_.next(); }

    [[nodiscard]] one::Result<> expect(std::initializer_list<Token> allowed) const
    {
        if (std::ranges::find(allowed, token_) != allowed.end()) return {};
        std::string wanted;
        for (const Token token : allowed)
            wanted += fmt::format("{}{}", wanted.empty() ? "" : " or ", name_of(token));
        return refuse(
            fmt::format(": syntax error, unexpected {}, expecting {} {}", name_of(token_), wanted, tokens_.place()));
    }

    static one::Failure refuse(std::string_view why)
    {
        return one::fail(
            {.kind = one::ErrorKind::invalid, .thing = "template", .reason = fmt::format("Parse error{}", why)});
    }

    Tokens tokens_;
    Token token_ = Token::end;
};

}  // namespace

one::Result<Attributes> parse_attribute_syntax(std::string_view text)
{
    return Parser{text.substr(0, text.find('\0'))}.run();
}

std::string parser_words(const one::Error& error)
{
    constexpr std::string_view front = "Parse error: ";
    return error.reason.starts_with(front) ? error.reason.substr(front.size()) : error.reason;
}

}  // namespace onedsim
