// Letter by letter, once. What TOML has besides (tables, numbers, dates) is told as a mistake, never guessed at.
#include "nodeagent/cli/config_text.hpp"

#include "common/text/letters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace onenode::cli {
namespace {

constexpr std::array escapes{std::pair{'"', '"'}, std::pair{'\\', '\\'}, std::pair{'n', '\n'}, std::pair{'t', '\t'},
                             std::pair{'r', '\r'}};

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    one::Result<std::vector<Setting>> all()
    {
        std::vector<Setting> settings;
        for (skip_lines(); !text_.empty(); skip_lines()) {
            TRY_LET(auto setting, one_setting());
            const auto known = std::ranges::find(settings, setting.key, &Setting::key);
            if (known != settings.end()) return wrong(fmt::format("{} stands there a second time", setting.key));
            settings.push_back(std::move(setting));
        }
        return settings;
    }

private:
    one::Result<Setting> one_setting()
    {
        Setting setting;
        while (!text_.empty() && is_of_a_key(text_.front()))
            setting.key += take();
        skip_blanks();
        if (setting.key.empty() || !took('=')) return wrong("key = value was expected");
        skip_blanks();
        if (took('[')) {
            setting.is_list = setting.in_quotes = true;
            TRY_LET(setting.values, rest_of_list());
        } else if (starts_text()) {
            setting.in_quotes = true;
            TRY_LET(auto value, quoted());
            setting.values.push_back(std::move(value));
        } else {
            TRY_LET(auto value, truth());
            setting.values.push_back(std::move(value));
        }
        skip_blanks();
        skip_comment();
        if (!text_.empty() && text_.front() != '\n') return wrong("something follows the value");
        return setting;
    }

    one::Result<std::vector<std::string>> rest_of_list()
    {
        std::vector<std::string> values;
        for (skip_lines(); !took(']'); skip_lines()) {
            if (!starts_text()) return wrong("a list holds texts in quotes, and ends with ]");
            TRY_LET(auto value, quoted());
            values.push_back(std::move(value));
            skip_lines();
            if (!took(',') && (text_.empty() || text_.front() != ']')) return wrong("a comma or ] was expected");
        }
        return values;
    }

    one::Result<std::string> quoted()
    {
        const char mark = take();
        std::string value;
        while (!text_.empty() && text_.front() != '\n') {
            const char letter = take();
            if (letter == mark) return value;
            if (letter != '\\' || mark == '\'') {
                value += letter;
                continue;
            }
            const char escaped = text_.empty() ? '\n' : take();
            const auto known = std::ranges::find(escapes, escaped, &std::pair<char, char>::first);
            if (known == escapes.end()) return wrong("after \\ one of \" \\ n t r was expected");
            value += known->second;
        }
        return wrong("the text has no end: a quote is missing");
    }

    one::Result<std::string> truth()
    {
        for (const std::string_view word : {"true", "false"}) {
            if (!text_.starts_with(word)) continue;
            text_.remove_prefix(word.size());
            return std::string{word};
        }
        return wrong("a text in quotes, a list, true or false was expected");
    }

    static bool is_of_a_key(char letter) { return one::is_alphanumeric(letter) || letter == '-' || letter == '_'; }
    [[nodiscard]] bool starts_text() const { return !text_.empty() && (text_.front() == '"' || text_.front() == '\''); }
    char take()
    {
        const char letter = text_.front();
        text_.remove_prefix(1);
        line_ += letter == '\n' ? 1 : 0;
        return letter;
    }
    bool took(char letter)
    {
        const bool there = !text_.empty() && text_.front() == letter;
        if (there) take();
        return there;
    }
    void skip_blanks()
    {
        while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\t' || text_.front() == '\r'))
            take();
    }
    void skip_comment()
    {
        if (text_.empty() || text_.front() != '#') return;
        while (!text_.empty() && text_.front() != '\n')
            take();
    }
    void skip_lines()
    {
        do {
            skip_blanks();
            skip_comment();
        } while (took('\n'));
    }
    [[nodiscard]] one::Failure wrong(std::string reason) const
    {
        return one::fail({.kind = one::ErrorKind::invalid,
                          .thing = fmt::format("line {} of the settings", line_),
                          .reason = std::move(reason),
                          .next = "onenode join --print-config shows how they are written",
                          .doing = "read"});
    }

    std::string_view text_;
    int line_ = 1;
};

}  // namespace

one::Result<std::vector<Setting>> read_settings(std::string_view text)
{
    return Reader{text}.all();
}

std::string in_quotes(std::string_view text)
{
    std::string result = "\"";
    for (const char letter : text) {
        const auto known = std::ranges::find(escapes, letter, &std::pair<char, char>::second);
        if (known != escapes.end())
            result += {'\\', known->first};
        else
            result += letter;
    }
    return result + '"';
}

}  // namespace onenode::cli
