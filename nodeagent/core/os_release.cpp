// Assignments as a shell would read them: in quotes of either kind or in none; of two with one name the last counts.
#include "nodeagent/core/os_release.hpp"

#include "common/text/words.hpp"

namespace onenode {
namespace {

std::string value_of(const std::vector<std::string>& lines, std::string_view key)
{
    std::string found;
    for (const auto& line : lines) {
        if (!line.starts_with(key) || line.size() <= key.size() || line[key.size()] != '=') continue;
        const auto value = one::trim(std::string_view{line}.substr(key.size() + 1));
        const bool quoted =
            value.size() >= 2 && (value.front() == '"' || value.front() == '\'') && value.back() == value.front();
        found = quoted ? value.substr(1, value.size() - 2) : value;
    }
    return found;
}

}  // namespace

OsRelease os_release(const HostView& host)
{
    auto text = host.read("/etc/os-release");
    if (!text) text = host.read("/usr/lib/os-release");  // which the one in /etc stands before
    const auto lines = one::split_lines(text.value_or(""));
    return {.id = value_of(lines, "ID"),
            .families = one::split_words(value_of(lines, "ID_LIKE")),
            .version = value_of(lines, "VERSION_ID")};
}

}  // namespace onenode
