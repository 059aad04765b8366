// The front-end's keys go to ~/.ssh/authorized_keys; sshd may have been told to look elsewhere.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
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

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        const auto files = settings.value("authorizedkeysfile");
        const auto ours = fmt::format("{}/authorized_keys", oneadmin::ssh_directory);
        if (std::ranges::any_of(one::split_words(files), [&ours](const auto& file) { return expanded(file) == ours; }))
            return {};
        return {error(fmt::format("sshd looks for oneadmin's keys in {}, not in {}", files, ours),
                      sshd_fix_for_oneadmin(host, {"AuthorizedKeysFile .ssh/authorized_keys"}))};
    });
}

}  // namespace

constinit const Check sshd_authorized_keys_file{"sshd-authorized-keys-file", "sshd reads oneadmin's authorized_keys",
                                                run};

}  // namespace onenode::checks
