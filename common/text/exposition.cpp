// Names, labels and numbers, a line each.
#include "common/text/exposition.hpp"

#include <fmt/format.h>

namespace one {
namespace {

std::string escaped(std::string_view text)
{
    std::string result;
    for (const char letter : text) {
        if (letter == '\n') {
            result += "\\n";
            continue;
        }
        if (letter == '\\' || letter == '"') result += '\\';
        result += letter;
    }
    return result;
}

}  // namespace

void Exposition::family(std::string_view name, std::string_view help, std::string_view type)
{
    name_ = fmt::format("{}_{}", prefix_, name);
    text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name_, help, type);
}

void Exposition::line(std::string_view suffix, const Labels& labels, std::string_view value)
{
    std::string all;
    for (const auto& [key, word] : labels)
        all += fmt::format("{}{}=\"{}\"", all.empty() ? "" : ",", key, escaped(word));
    text += fmt::format("{}{}{} {}\n", name_, suffix, all.empty() ? "" : "{" + all + "}", value);
}

void Exposition::sample(std::int64_t value, const Labels& labels, std::string_view suffix)
{
    line(suffix, labels, fmt::format("{}", value));
}

void Exposition::real_sample(double value, const Labels& labels, std::string_view suffix)
{
    line(suffix, labels, fmt::format("{}", value));
}

void Exposition::single(std::string_view name, std::string_view help, std::int64_t value, std::string_view type)
{
    family(name, help, type);
    sample(value);
}

}  // namespace one
