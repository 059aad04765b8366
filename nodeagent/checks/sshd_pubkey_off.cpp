// The front-end has a key and nobody at a keyboard: a key alone must be enough.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

// "any", or lists of methods of which one list must be gone through as a whole.
bool a_key_is_enough(const std::string& methods)
{
    const auto lists = one::split_words(methods);
    return lists.empty() ||
           std::ranges::any_of(lists, [](const auto& list) { return list == "any" || list == "publickey"; });
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return judge_sshd(facts, host, context, [&](const SshdSettings& settings, const std::string&) -> Findings {
        const auto methods = settings.value("authenticationmethods");
        const auto lines = steps::lines_for_keys(settings);
        if (!lines.empty() && !joining_mends(host, context))
            return {error("sshd accepts no keys for oneadmin (PubkeyAuthentication no)",
                          sshd_fix_for_oneadmin(host, lines))};
        if (!a_key_is_enough(methods))
            return {error(fmt::format("sshd wants more than a key of oneadmin (AuthenticationMethods {})", methods),
                          sshd_fix_for_oneadmin(host, {"AuthenticationMethods publickey"}))};
        return {};
    });
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return sshd_drop_in(facts, host, context, "pubkey", [](const SshdSettings& settings) {
        auto wanted = steps::lines_for_keys(settings);
        if (!a_key_is_enough(settings.value("authenticationmethods")))
            wanted.emplace_back("AuthenticationMethods publickey");
        return wanted;
    });
}

}  // namespace

constinit const Check sshd_pubkey_off{
    .id = "sshd-pubkey-off",
    .title = "a key is enough for sshd",
    .run = run,
    .fix = fix,
    .covers = "F15",
    .explain =
        "Whether a key alone is enough: `PubkeyAuthentication`, and `AuthenticationMethods` that ask for more. A "
        "join switches keys on for oneadmin by itself; whether a second factor may go is for a person.",
    .without_it = "`Permission denied (publickey)`, hidden behind `Could not update remotes`.",
    .mend = "a `Match User oneadmin` block.",
};

}  // namespace onenode::checks
