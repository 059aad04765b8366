// Sizes as people read them: 512, 64K, 1.5G (powers of 1024).
#include "common/text/size.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

namespace one {
namespace {

constexpr std::string_view letters = "KMGTP";

}  // namespace

std::string size_to_text(std::uint64_t bytes)
{
    if (bytes < 1024) return std::to_string(bytes);
    double number = static_cast<double>(bytes);
    std::size_t unit = 0;
    for (number /= 1024; number >= 1024 && unit + 1 < letters.size(); ++unit)
        number /= 1024;
    std::string text = fmt::format("{:.1f}", number);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text + letters[unit];
}

}  // namespace one
