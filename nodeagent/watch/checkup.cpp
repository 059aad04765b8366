// The sentence's part of it.
#include "nodeagent/watch/checkup.hpp"

#include <fmt/format.h>

namespace onenode {
namespace {

std::string_view first_line(std::string_view text)
{
    return text.substr(0, text.find('\n'));
}

void add(std::string& words, int count, std::string_view what)
{
    if (count > 0) words += fmt::format(", {} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

std::string in_words(const Checkup& checkup)
{
    auto words = counts_of(checkup);
    if (checkup.unanswered.empty()) return words;
    const auto& first = checkup.unanswered.front();
    return fmt::format("{}, {} not checked: {} ({})", words, checkup.unanswered.size(), first.id,
                       first_line(first.message));
}

std::string counts_of(const Checkup& checkup)
{
    const auto silent = static_cast<int>(checkup.unanswered.size());
    const int looked_at = checkup.passed + checkup.warnings + checkup.failed + silent;
    if (looked_at == 0) return {};
    std::string words = fmt::format("{}/{} checks pass", checkup.passed, looked_at);
    add(words, checkup.warnings, "warning");
    add(words, checkup.failed, "error");
    return words;
}

std::string trouble_of(const Checkup& checkup)
{
    if (checkup.failing.empty()) return {};
    const auto& first = checkup.failing.front();
    const auto others = checkup.failing.size() - 1;
    const auto more = fmt::format(" (and {} more finding{})", others, others == 1 ? "" : "s");
    return fmt::format("{}: {}{}", first.id, first_line(first.message), others == 0 ? "" : more);
}

}  // namespace onenode
