// The words of OpenNebula's attribute syntax (oned.conf, monitord.conf), with everything between them.
#pragma once

#include "common/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::configure {

enum class TokenKind {
    space,    // blanks and newlines
    comment,  // from '#' to the end of its line, without the newline
    name,
    equals,
    open,
    close,
    comma,
    quoted,  // with its quotes
    bare,
};

struct Token {
    TokenKind kind = TokenKind::space;
    std::size_t begin = 0;  // bytes of the text; the next token begins where this one ends
    std::size_t end = 0;
    bool operator==(const Token&) const = default;
};

/// Every byte of the text is in exactly one token. Where OpenNebula's own scanner would drop letters, misread a value or
/// run into the next line, this one refuses; the error names the line.
one::Result<std::vector<Token>> attribute_tokens(std::string_view text);

/// 1 for the first line.
std::size_t line_at(std::string_view text, std::size_t place);

/// A value as it stands in a file, without quotes and the one escape there is (\" for ").
std::string attribute_value(std::string_view written);

}  // namespace onefrontend::configure
