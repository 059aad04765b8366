// Tolerant: what does not parse says nothing.
#include "nodeagent/core/settings.hpp"

#include "common/text/words.hpp"

namespace onenode {

std::vector<std::string> active_lines(std::string_view text)
{
    std::vector<std::string> lines;
    for (const auto& line : one::split_lines(text))
        if (const auto trimmed = one::trim(line); !trimmed.empty() && trimmed.front() != '#')
            lines.emplace_back(trimmed);
    return lines;
}

std::optional<std::string> setting_in(std::string_view text, std::string_view key, Counts counts)
{
    std::optional<std::string> found;
    for (const auto& line : active_lines(text)) {
        const auto equals = line.find('=');
        if (equals == std::string::npos || one::trim(std::string_view{line}.substr(0, equals)) != key) continue;
        auto value = one::trim(std::string_view{line}.substr(equals + 1));
        if (value.size() > 1 && (value.front() == '"' || value.front() == '\'')) {
            const auto end = value.find(value.front(), 1);
            value = value.substr(1, end == std::string_view::npos ? end : end - 1);
        } else {
            value = one::trim(value.substr(0, value.find('#')));
        }
        found = std::string{value};
        if (counts == Counts::first) break;
    }
    return found;
}

}  // namespace onenode
