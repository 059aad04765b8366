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
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        const auto methods = settings.value("authenticationmethods");
        if (settings.value("pubkeyauthentication") == "no")
            return {error("sshd accepts no keys for oneadmin (PubkeyAuthentication no)",
                          sshd_fix_for_oneadmin(host, {"PubkeyAuthentication yes"}))};
        if (!a_key_is_enough(methods))
            return {error(fmt::format("sshd wants more than a key of oneadmin (AuthenticationMethods {})", methods),
                          sshd_fix_for_oneadmin(host, {"AuthenticationMethods publickey"}))};
        return {};
    });
}

}  // namespace

constinit const Check sshd_pubkey_off{"sshd-pubkey-off", "a key is enough for sshd", run};

}  // namespace onenode::checks
