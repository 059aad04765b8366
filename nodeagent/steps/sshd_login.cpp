// A Match block in a file of its own: sshd keeps the first value it reads, and nobody else's logins change.
#include "nodeagent/steps/sshd_login.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::steps {
namespace {

// %h, %u, %U and %% of sshd_config(5); what is not absolute lies in the home.
std::string expanded(std::string_view pattern)
{
    std::string path;
    for (std::size_t index = 0; index < pattern.size(); ++index) {
        if (pattern[index] != '%' || index + 1 == pattern.size()) {
            path += pattern[index];
            continue;
        }
        switch (pattern[++index]) {
        case 'h': path += oneadmin::home; break;
        case 'u': path += oneadmin::name; break;
        case 'U': path += std::to_string(oneadmin::id); break;
        case '%': path += '%'; break;
        default: path += {'%', pattern[index]};
        }
    }
    return path.starts_with('/') ? path : fmt::format("{}/{}", oneadmin::home, path);
}

constexpr int usual_sessions = 10;  // OpenSSH's own; the front-end shares connections

}  // namespace

SshdLines lines_for_keys(const SshdSettings& settings)
{
    if (settings.value("pubkeyauthentication") != "no") return {};
    return {"PubkeyAuthentication yes"};
}

SshdLines lines_for_lists(const SshdLists& lists)
{
    if (lists.deny_oneadmin()) return {};
    SshdLines lines;
    if (lists.miss_user()) lines.emplace_back("AllowUsers oneadmin");
    if (lists.miss_group()) lines.emplace_back("AllowGroups oneadmin");
    return lines;
}

SshdLines lines_for_keys_file(const SshdSettings& settings)
{
    const auto ours = fmt::format("{}/authorized_keys", oneadmin::ssh_directory);
    const bool is_read = std::ranges::any_of(one::split_words(settings.value("authorizedkeysfile")),
                                             [&ours](const auto& file) { return expanded(file) == ours; });
    return is_read ? SshdLines{} : SshdLines{"AuthorizedKeysFile .ssh/authorized_keys"};
}

SshdLines lines_for_forwarding(const SshdSettings& settings)
{
    SshdLines lines;
    if (settings.value("allowagentforwarding") == "no") lines.emplace_back("AllowAgentForwarding yes");
    if (settings.value("disableforwarding") == "yes") lines.emplace_back("DisableForwarding no");
    return lines;
}

SshdLines lines_for_sessions(const SshdSettings& settings)
{
    const int sessions = one::to_number<int>(settings.value("maxsessions")).value_or(usual_sessions);
    return sessions < usual_sessions ? SshdLines{fmt::format("MaxSessions {}", usual_sessions)} : SshdLines{};
}

bool includes_drop_ins(std::string_view sshd_config)
{
    return std::ranges::any_of(one::split_lines(sshd_config), [](std::string_view line) {
        return one::take_word(line) == "Include" && line.find("/etc/ssh/sshd_config.d/") != std::string_view::npos;
    });
}

std::string sshd_drop_in_path(std::string_view name)
{
    return fmt::format("/etc/ssh/sshd_config.d/00-onenode-{}.conf", name);
}

WriteFile sshd_drop_in(std::string path, const SshdLines& lines, const std::vector<std::string>& addresses)
{
    const auto from = addresses.empty() ? std::string{} : fmt::format(" Address {}", fmt::join(addresses, ","));
    return {.path = std::move(path),
            .text = fmt::format("# Written by onenode: OpenNebula comes in as oneadmin, with a key.\n"
                                "Match User oneadmin{}\n    {}\n",
                                from, fmt::join(lines, "\n    ")),
            .mode = 0600,
            .verify = {"sshd", "-t", "-f", "%"},
            .why = "sshd would refuse oneadmin's key; everybody else's logins stay as they are"};
}

}  // namespace onenode::steps
