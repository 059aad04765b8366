// Reads the attribute syntax from its tokens; the text itself stays what it is.
#include "frontend/configure/attribute_file.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::configure {
namespace {

using one::Result;

/// Goes over the tokens that mean something.
class Reader {
public:
    Reader(std::string_view text, const std::vector<Token>& tokens) : text_(text)
    {
        for (const Token& token : tokens)
            if (token.kind != TokenKind::space && token.kind != TokenKind::comment) tokens_.push_back(token);
    }

    Result<std::vector<Entry>> entries()
    {
        std::vector<Entry> entries;
        while (next_ < tokens_.size()) {
            Entry entry;
            TRY(head(entry));
            if (is(TokenKind::open) && on_line_of(entry))
                TRY(vector(entry));
            else if (is_value())
                entry.value_at = take();
            entries.push_back(std::move(entry));
        }
        return entries;
    }

private:
    Result<> head(Pair& pair)
    {
        if (!is(TokenKind::name)) return wrong("a name was expected");
        pair.name_at = take();
        pair.name = upper(text_.substr(pair.name_at.begin, pair.name_at.end - pair.name_at.begin));
        if (!is(TokenKind::equals)) return wrong(fmt::format("\"=\" was expected after {}", pair.name));
        const auto end = take().end;
        pair.value_at = {end, end};
        const bool cut = next_ == tokens_.size() && text_.find('\n', end) == std::string_view::npos;
        if (cut) return wrong(fmt::format("the file ends in the middle of {}", pair.name));
        return {};
    }

    Result<> vector(Entry& entry)
    {
        entry.is_vector = true;
        entry.value_at.begin = take().begin;
        while (!is(TokenKind::close)) {
            Pair pair;
            TRY(head(pair));
            if (!is_value())
                return wrong(fmt::format("{} in {} has no value; an empty one is \"\"", pair.name, entry.name));
            pair.value_at = take();
            entry.pairs.push_back(std::move(pair));
            if (is(TokenKind::close)) break;
            if (!is(TokenKind::comma)) return wrong(fmt::format("\",\" or \"]\" was expected in {}", entry.name));
            take();
            if (is(TokenKind::close)) return wrong(fmt::format("{} has a comma before its \"]\"", entry.name));
        }
        entry.value_at.end = take().end;
        return {};
    }

    [[nodiscard]] bool is(TokenKind kind) const { return next_ < tokens_.size() && tokens_[next_].kind == kind; }
    [[nodiscard]] bool is_value() const { return is(TokenKind::quoted) || is(TokenKind::bare); }

    /// `NAME =` and the end of the line is an empty value, whatever stands below.
    [[nodiscard]] bool on_line_of(const Pair& pair) const
    {
        const auto from = pair.value_at.begin;
        return text_.substr(from, tokens_[next_].begin - from).find('\n') == std::string_view::npos;
    }

    Span take()
    {
        const Token& token = tokens_[next_++];
        return {token.begin, token.end};
    }

    [[nodiscard]] one::Failure wrong(std::string reason) const
    {
        const auto place = next_ < tokens_.size() ? tokens_[next_].begin : text_.size();
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = fmt::format("line {}", line_at(text_, place)),
                          .reason = std::move(reason),
                          .doing = "read"});
    }

    std::string_view text_;
    std::vector<Token> tokens_{};
    std::size_t next_ = 0;
};

}  // namespace

std::string upper(std::string_view name)
{
    return one::to_upper(name);
}

Result<AttributeFile> AttributeFile::parse(std::string text)
{
    AttributeFile file;
    file.text_ = std::move(text);
    TRY_LET(file.tokens_, attribute_tokens(file.text_));
    TRY_LET(file.entries_, (Reader{file.text_, file.tokens_}.entries()));
    return file;
}

std::vector<const Entry*> AttributeFile::all(std::string_view name) const
{
    const auto wanted = upper(name);
    std::vector<const Entry*> found;
    for (const Entry& entry : entries_)
        if (entry.name == wanted) found.push_back(&entry);
    return found;
}

const Entry* AttributeFile::find(std::string_view name, std::string_view named) const
{
    for (const Entry* entry : all(name))
        if (named.empty() || value_in(*entry, "NAME") == named) return entry;
    return nullptr;
}

std::string_view AttributeFile::at(Span place) const
{
    return std::string_view{text_}.substr(place.begin, place.end - place.begin);
}

std::string AttributeFile::value(const Pair& pair) const
{
    return attribute_value(at(pair.value_at));
}

std::optional<std::string> AttributeFile::value_in(const Entry& vector, std::string_view name) const
{
    const auto found = std::ranges::find(vector.pairs, upper(name), &Pair::name);  // the first counts
    if (found == vector.pairs.end()) return std::nullopt;
    return value(*found);
}

}  // namespace onefrontend::configure
