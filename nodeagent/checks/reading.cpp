// Tolerant: what does not parse says nothing.
#include "nodeagent/checks/reading.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

namespace onenode::checks {

std::optional<long long> number_of(std::string_view text)
{
    text = one::trim(text);
    long long value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end == text.data()) return std::nullopt;
    return value;
}

std::optional<long long> number_in(const HostView& host, std::string_view path)
{
    const auto text = host.read(path);
    return text ? number_of(*text) : std::nullopt;
}

std::string word_in(const HostView& host, std::string_view path)
{
    const auto text = host.read(path).value_or("");
    std::string_view rest = text;
    return std::string{one::take_word(rest)};
}

std::vector<std::string> drop_ins(const HostView& host, const std::vector<std::string>& directories,
                                  std::string_view ending)
{
    std::map<std::string, std::string> by_name;
    for (const auto& directory : directories)
        for (const auto& name : host.list(directory).value_or(std::vector<std::string>{}))
            if (name.ends_with(ending)) by_name[name] = fmt::format("{}/{}", directory, name);
    std::vector<std::string> paths;
    for (const auto& [name, path] : by_name)
        paths.push_back(path);
    return paths;
}

}  // namespace onenode::checks
