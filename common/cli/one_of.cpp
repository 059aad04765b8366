#include "common/cli/one_of.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace one {

CLI::Validator one_of(std::vector<std::string> words)
{
    const auto mistake = fmt::format("it is none of {}", fmt::join(words, ", "));
    const auto shown =
        fmt::format("{{{}}}", fmt::join(words, ","));  // behind the value's name, where help and completions see it
    return {[words = std::move(words), mistake](const std::string& given) {
                return std::ranges::find(words, given) != words.end() ? std::string{} : mistake;
            },
            shown};
}

}  // namespace one
