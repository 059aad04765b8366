// What both begin and end with, a longest common subsequence over the lines between, then hunks with three lines around
// each difference.
#include "common/text/unified_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace one {
namespace {

constexpr std::size_t context = 3;
constexpr std::size_t table_limit = 4'000'000;  // cells; beyond it what differs is shown as replaced whole

struct Line {
    char sign = ' ';
    std::string_view text{};
    bool ends = true;  // with a newline
};

std::vector<Line> lines_of(std::string_view text)
{
    std::vector<Line> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        const bool ends = end != std::string_view::npos;
        lines.push_back({' ', text.substr(0, end), ends});
        text.remove_prefix(ends ? end + 1 : text.size());
    }
    return lines;
}

bool same(const Line& left, const Line& right)
{
    return left.text == right.text && left.ends == right.ends;
}

using Lines = std::vector<Line>;

void add(Lines& script, char sign, Line line)
{
    line.sign = sign;
    script.push_back(line);
}

void add_middle(Lines& script, std::span<const Line> before, std::span<const Line> after)
{
    const std::size_t rows = before.size();
    const std::size_t columns = after.size();
    const bool small = rows * columns <= table_limit;
    std::vector<std::uint32_t> table(small ? (rows + 1) * (columns + 1) : 0);  // common lines from here to the end
    const auto cell = [&](std::size_t row, std::size_t column) -> std::uint32_t& {
        return table[row * (columns + 1) + column];
    };
    for (std::size_t row = small ? rows : 0; row-- > 0;)
        for (std::size_t column = columns; column-- > 0;)
            cell(row, column) = same(before[row], after[column])
                                    ? cell(row + 1, column + 1) + 1
                                    : std::max(cell(row + 1, column), cell(row, column + 1));
    std::size_t row = 0;
    std::size_t column = 0;
    while (small && row < rows && column < columns) {
        if (same(before[row], after[column])) {
            add(script, ' ', before[row++]);
            ++column;
        } else if (cell(row + 1, column) >= cell(row, column + 1)) {
            add(script, '-', before[row++]);
        } else {
            add(script, '+', after[column++]);
        }
    }
    while (row < rows)
        add(script, '-', before[row++]);
    while (column < columns)
        add(script, '+', after[column++]);
}

// Our lines in a file of many thousand are a few at its begin or end: the table is for what lies between.
Lines edit_script(std::span<const Line> before, std::span<const Line> after)
{
    const auto shorter = std::min(before.size(), after.size());
    std::size_t head = 0;
    while (head < shorter && same(before[head], after[head]))
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head && same(before[before.size() - 1 - tail], after[after.size() - 1 - tail]))
        ++tail;
    Lines script;
    for (const Line& line : before.first(head))
        add(script, ' ', line);
    add_middle(script, before.subspan(head, before.size() - head - tail),
               after.subspan(head, after.size() - head - tail));
    for (const Line& line : before.last(tail))
        add(script, ' ', line);
    return script;
}

std::string range(std::size_t start, std::size_t count)
{
    return count == 1 ? std::to_string(start) : fmt::format("{},{}", count == 0 ? start - 1 : start, count);
}

struct Hunk {
    std::size_t begin = 0;  // of the script
    std::size_t end = 0;
};

std::vector<Hunk> hunks_of(const Lines& script)
{
    std::vector<Hunk> hunks;
    for (std::size_t index = 0; index < script.size(); ++index) {
        if (script[index].sign == ' ') continue;
        const std::size_t begin = index > context ? index - context : 0;
        const std::size_t end = std::min(script.size(), index + context + 1);
        if (!hunks.empty() && begin <= hunks.back().end)
            hunks.back().end = end;
        else
            hunks.push_back({begin, end});
    }
    return hunks;
}

}  // namespace

std::string unified_diff(std::string_view path, std::optional<std::string_view> before,
                         std::optional<std::string_view> after)
{
    if (before == after) return {};
    const auto script = edit_script(lines_of(before.value_or("")), lines_of(after.value_or("")));
    std::string text = fmt::format("--- {}\n+++ {}\n", before ? path : "/dev/null", after ? path : "/dev/null");
    std::size_t old_line = 1;
    std::size_t new_line = 1;
    std::size_t index = 0;
    for (const auto& hunk : hunks_of(script)) {
        for (; index < hunk.begin; ++index)
            ++old_line, ++new_line;
        std::string body;
        const std::size_t old_start = old_line;
        const std::size_t new_start = new_line;
        for (; index < hunk.end; ++index) {
            const Line& line = script[index];
            if (line.sign != '+') ++old_line;
            if (line.sign != '-') ++new_line;
            body += fmt::format("{}{}\n", line.sign, line.text);
            if (!line.ends) body += "\\ No newline at end of file\n";
        }
        text += fmt::format("@@ -{} +{} @@\n{}", range(old_start, old_line - old_start),
                            range(new_start, new_line - new_start), body);
    }
    return text;
}

}  // namespace one
