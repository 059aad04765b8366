// The pieces of a check's explanation put together.
#include "nodeagent/checks/prose.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {

std::string prose_of(const Check& check)
{
    std::string text{check.explain};
    if (!check.without_it.empty()) text += fmt::format(" Left alone: {}", check.without_it);
    if (!check.mend.empty()) text += fmt::format(" Fix: {}", check.mend);
    return text;
}

std::vector<std::string> traits_of(const Check& check)
{
    std::vector<std::string> traits{check.severity == Severity::error ? "an error" : "a warning"};
    if (check.data_loss) traits.emplace_back("data loss: cannot be ignored");
    if (check.drivers != Drivers::all) traits.push_back(fmt::format("only {}", fmt::join(drivers_of(check), ", ")));
    if (!check.families.empty()) traits.push_back(fmt::format("only {}", check.families));
    traits.push_back(fmt::format("{}", fmt::join(moments_of(check), ", ")));
    if (check.fix != nullptr) traits.emplace_back("mended by --fix");
    if (!check.covers.empty()) traits.emplace_back(check.covers);
    return traits;
}

std::string wrapped(std::string_view text, std::size_t width)
{
    std::string lines;
    std::size_t column = 0;
    for (const auto& word : one::split_words(text)) {
        const bool fits = column == 0 || column + 1 + word.size() <= width;
        if (!fits) lines += '\n';
        if (fits && column > 0) lines += ' ';
        column = fits && column > 0 ? column + 1 + word.size() : word.size();
        lines += word;
    }
    return lines + '\n';
}

}  // namespace onenode::checks
