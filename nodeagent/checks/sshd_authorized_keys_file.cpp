// The front-end's keys go to ~/.ssh/authorized_keys; sshd may have been told to look elsewhere.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::string_view usual = "AuthorizedKeysFile .ssh/authorized_keys";

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

std::string our_file()
{
    return fmt::format("{}/authorized_keys", oneadmin::ssh_directory);
}

bool holds_ours(const SshdSettings& settings)
{
    return std::ranges::any_of(one::split_words(settings.value("authorizedkeysfile")),
                               [](const auto& file) { return expanded(file) == our_file(); });
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        if (holds_ours(settings)) return {};
        return {error(fmt::format("sshd looks for oneadmin's keys in {}, not in {}",
                                  settings.value("authorizedkeysfile"), our_file()),
                      sshd_fix_for_oneadmin(host, {std::string{usual}}))};
    });
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return sshd_drop_in(facts, host, context, "authorized-keys", [](const SshdSettings& settings) {
        return holds_ours(settings) ? std::vector<std::string>{} : std::vector<std::string>{std::string{usual}};
    });
}

}  // namespace

constinit const Check sshd_authorized_keys_file{
    .id = "sshd-authorized-keys-file",
    .title = "sshd reads oneadmin's authorized_keys",
    .run = run,
    .fix = fix,
    .covers = "F16",
    .explain = "Whether sshd reads oneadmin's `~/.ssh/authorized_keys`; `AuthorizedKeysFile` may point elsewhere.",
    .mend = "a `Match User oneadmin` block.",
};

}  // namespace onenode::checks
