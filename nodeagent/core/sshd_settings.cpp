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

Result<> sshd_can_read(const HostView& host)
{
    constexpr std::string_view directory = "/etc/ssh/sshd_config.d";
    for (const auto& name : host.list(directory).value_or(std::vector<std::string>{})) {
        const auto path = fmt::format("{}/{}", directory, name);
        const auto info = name.ends_with(".conf") ? host.stat(path) : Result<FileInfo>{FileInfo{}};
        if (info && info->kind == FileKind::other)
            return one::fail({.kind = ErrorKind::invalid,
                              .thing = path,
                              .reason = "it is no regular file, and sshd waits for it at its next start",
                              .next = fmt::format("see what it is (ls -l {}) and move it away", path),
                              .doing = "let sshd read"});
    }
    return {};
}

Result<CommandOutput> ask_sshd(const HostView& host, const std::string& source)
{
    TRY(sshd_can_read(host));
    return host.look({.argv = {"sshd", "-T", "-C", fmt::format("user=oneadmin,host={0},addr={0}", source)}});
}

}  // namespace onenode
