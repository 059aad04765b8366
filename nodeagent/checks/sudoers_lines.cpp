// sudoers(5): sudo passes over files whose names hold a dot or end in ~.
#include "nodeagent/checks/sudoers_lines.hpp"

#include "nodeagent/checks/reading.hpp"

#include "common/text/words.hpp"

namespace onenode::checks {
namespace {

void add(std::vector<SudoersLine>& lines, const HostView& host, const std::string& file)
{
    std::string begun;
    for (const auto& line : active_lines(host.read(file).value_or(""))) {
        begun += line;
        if (begun.ends_with('\\')) {
            begun.back() = ' ';
            continue;
        }
        lines.push_back({.file = file, .text = std::move(begun)});
        begun.clear();
    }
}

}  // namespace

std::vector<SudoersLine> sudoers_lines(const HostView& host)
{
    std::vector<SudoersLine> lines;
    add(lines, host, "/etc/sudoers");
    for (const auto& name : host.list("/etc/sudoers.d").value_or(std::vector<std::string>{}))
        if (name.find('.') == std::string::npos && !name.ends_with('~')) add(lines, host, "/etc/sudoers.d/" + name);
    return lines;
}

std::vector<std::string> defaults_of(std::string_view line, std::string& scope)
{
    constexpr std::string_view keyword = "Defaults";
    const auto word = one::take_word(line);
    if (!word.starts_with(keyword)) return {};
    scope = word.substr(keyword.size());
    std::vector<std::string> options;
    while (!line.empty()) {
        const auto comma = line.find(',');
        options.emplace_back(one::trim(line.substr(0, comma)));
        line.remove_prefix(comma == std::string_view::npos ? line.size() : comma + 1);
    }
    return options;
}

}  // namespace onenode::checks
