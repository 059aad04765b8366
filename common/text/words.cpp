// Small questions about text that several rooms ask.
#include "common/text/words.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace one {
namespace {

constexpr std::string_view white = " \t\r\n\f\v";

// Letters to insert, delete or replace, and neighbours to swap, to make one word of the other.
std::size_t distance(std::string_view left, std::string_view right)
{
    std::vector<std::size_t> before(right.size() + 1);  // the row above the one above
    std::vector<std::size_t> above(right.size() + 1);
    std::vector<std::size_t> row(right.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        std::swap(before, above);
        std::swap(above, row);
        row[0] = i;
        for (std::size_t j = 1; j <= right.size(); ++j) {
            const std::size_t replaced = above[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            row[j] = std::min({replaced, above[j] + 1, row[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
    }
    return row.back();
}

}  // namespace

std::vector<std::string> split_lines(std::string_view text)
{
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.emplace_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::vector<std::string> split_words(std::string_view text)
{
    std::vector<std::string> words;
    for (auto start = text.find_first_not_of(white); start != std::string_view::npos;
         start = text.find_first_not_of(white)) {
        text.remove_prefix(start);
        const auto end = std::min(text.find_first_of(white), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

std::string_view trim(std::string_view text)
{
    const auto start = text.find_first_not_of(white);
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(white) - start + 1);
}

std::string_view take_word(std::string_view& text)
{
    text = trim(text);
    const auto word = text.substr(0, std::min(text.find_first_of(white), text.size()));
    text = trim(text.substr(word.size()));
    return word;
}

std::string join(std::span<const std::string> parts, std::string_view between)
{
    std::string text;
    for (const auto& part : parts) {
        if (&part != &parts.front()) text += between;
        text += part;
    }
    return text;
}

std::string nearest(std::string_view word, std::span<const std::string_view> known)
{
    std::size_t best = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::string found;
    for (const auto candidate : known) {
        const auto far = distance(word, candidate);
        if (far >= best) continue;
        best = far;
        found = candidate;
    }
    return found;
}

}  // namespace one
