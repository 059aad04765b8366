// Finds, replaces and takes out our block of lines in a text of others, byte for byte.
#include "common/managed_block.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace one {
namespace {

constexpr std::string_view newline_added = " (newline added)";

struct Markers {
    std::string begin{};
    std::string begin_after_newline{};
    std::string end{};
};

Markers markers_of(std::string_view name)
{
    const std::string begin = "# begin " + std::string{name};
    return {begin, begin + std::string{newline_added}, "# end " + std::string{name}};
}

struct Line {
    std::string_view text{};  // without its end, \n or \r\n
    std::size_t start = 0;
    std::size_t next = 0;  // where the next line starts
};

Line line_at(std::string_view text, std::size_t start)
{
    const auto newline = text.find('\n', start);
    const auto end = std::min(newline, text.size());
    std::string_view line = text.substr(start, end - start);
    if (line.ends_with('\r')) line.remove_suffix(1);  // an editor may have rewritten our lines with the rest
    return {line, start, newline == std::string_view::npos ? text.size() : newline + 1};
}

struct Block {
    std::size_t start = 0;
    std::size_t inside = 0;      // first byte after the begin line
    std::size_t inside_end = 0;  // first byte of the end line
    std::size_t end = 0;
    bool newline_was_added = false;
};

std::optional<Block> find_block(std::string_view text, const Markers& markers, std::size_t from = 0)
{
    std::optional<Block> open;
    for (std::size_t position = from; position < text.size();) {
        const Line line = line_at(text, position);
        position = line.next;
        const bool after_newline = line.text == markers.begin_after_newline;
        if (after_newline || line.text == markers.begin) {
            open = Block{line.start, line.next, 0, 0, after_newline};
        } else if (open && line.text == markers.end) {
            open->inside_end = line.start;
            open->end = line.next;
            return open;
        }
    }
    return {};
}

std::string without_block(std::string text, const Markers& markers, std::size_t from)
{
    while (const auto block = find_block(text, markers, from)) {
        const bool take_newline = block->newline_was_added && block->end == text.size() && block->start > 0;
        const auto start = take_newline ? block->start - 1 : block->start;
        text.erase(start, block->end - start);
        from = start;
    }
    return text;
}

std::string inner_text(const std::vector<std::string>& lines, const Markers& markers)
{
    std::string text;
    for (const auto& given : lines) {
        for (std::size_t position = 0; position < given.size();) {
            Line line = line_at(given, position);
            position = line.next;
            while (line.text.ends_with('\r'))
                line.text.remove_suffix(1);
            const bool marker =
                line.text == markers.begin || line.text == markers.begin_after_newline || line.text == markers.end;
            if (marker) text += ' ';
            text += line.text;
            text += '\n';
        }
        if (given.empty()) text += '\n';
    }
    return text;
}

}  // namespace

std::string with_managed_block(std::string_view text, std::string_view name, const std::vector<std::string>& lines,
                               BlockPlace place)
{
    const Markers markers = markers_of(name);
    if (lines.empty()) return without_block(std::string{text}, markers, 0);

    const std::string inside = inner_text(lines, markers);
    const std::string whole = markers.begin + '\n' + inside + markers.end + '\n';
    if (place == BlockPlace::first) return whole + without_block(std::string{text}, markers, 0);

    if (const auto block = find_block(text, markers)) {
        std::string result{text.substr(0, block->start)};
        result += (block->newline_was_added ? markers.begin_after_newline : markers.begin) + '\n' + inside +
                  markers.end + '\n';
        const auto own_end = result.size();
        result += text.substr(block->end);
        return without_block(std::move(result), markers, own_end);  // a second block of ours was copied by somebody
    }
    if (text.empty() || text.ends_with('\n')) return std::string{text} + whole;
    return std::string{text} + '\n' + markers.begin_after_newline + '\n' + inside + markers.end + '\n';
}

std::vector<std::string> managed_block(std::string_view text, std::string_view name)
{
    std::vector<std::string> lines;
    const auto block = find_block(text, markers_of(name));
    if (!block) return lines;
    for (std::size_t position = block->inside; position < block->inside_end;) {
        const Line line = line_at(text, position);
        lines.emplace_back(line.text);
        position = line.next;
    }
    return lines;
}

}  // namespace one
