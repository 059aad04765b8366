// The sentence's part of it.
#include "nodeagent/watch/checkup.hpp"

#include <fmt/format.h>

namespace onenode {

std::string in_words(const Checkup& checkup)
{
    const int looked_at = checkup.passed + checkup.warnings + checkup.failed;
    if (looked_at == 0) return {};
    std::string words = fmt::format("{}/{} checks pass", checkup.passed, looked_at);
    if (checkup.warnings > 0)
        words += fmt::format(", {} warning{}", checkup.warnings, checkup.warnings == 1 ? "" : "s");
    return words;
}

std::string trouble_of(const Checkup& checkup)
{
    if (checkup.failing.empty()) return {};
    const auto& first = checkup.failing.front();
    const auto others = checkup.failing.size() - 1;
    const auto more = fmt::format(" (and {} more finding{})", others, others == 1 ? "" : "s");
    return fmt::format("{}: {}{}", first.id, first.message.substr(0, first.message.find('\n')),
                       others == 0 ? "" : more);
}

}  // namespace onenode
