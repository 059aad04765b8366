// Reads what sshd says of itself.
#include "nodeagent/core/sshd_settings.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode {

SshdSettings::SshdSettings(std::string_view text)
{
    for (const auto& line : one::split_lines(text)) {
        std::string_view rest = line;
        const auto keyword = one::take_word(rest);
        if (!keyword.empty()) lines_[std::string{keyword}].emplace_back(rest);
    }
}

std::string SshdSettings::value(const std::string& keyword) const
{
    const auto found = lines_.find(keyword);
    return found != lines_.end() ? found->second.front() : std::string{};
}

std::vector<std::string> SshdSettings::values(const std::string& keyword) const
{
    const auto found = lines_.find(keyword);
    return found != lines_.end() ? found->second : std::vector<std::string>{};
}

Result<CommandOutput> ask_sshd(const HostView& host, const std::string& source)
{
    return host.look({.argv = {"sshd", "-T", "-C", fmt::format("user=oneadmin,host={0},addr={0}", source)}});
}

}  // namespace onenode
