// Words of the attribute syntax, each with the place that oned's error texts give it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace onedsim {

enum class Token { end, equal, comma, open, close, equal_empty, cdata_end, string, variable };

/// The name under which the parser's error texts know a token.
std::string_view name_of(Token token);

class Tokens {
public:
    explicit Tokens(std::string_view text) : rest_(text) {}

    Token next();
    [[nodiscard]] const std::string& value() const { return value_; }
    /// "at line 0, columns 9:12": where the last token stood, counted as oned counts.
    [[nodiscard]] std::string place() const;

private:
    struct Match {
        std::size_t length = 0;
        Token token = Token::end;
        bool skipped = true;  // blanks and comments
    };
    [[nodiscard]] Match match() const;
    [[nodiscard]] Match match_value() const;

    std::string_view rest_;
    std::string value_{};
    bool in_value_ = false;
    std::size_t line_ = 0;
    std::size_t first_line_ = 1;
    std::size_t first_column_ = 1;
    std::size_t last_column_ = 1;
};

}  // namespace onedsim
