// What sshd refuses although the key is right: a locked password without PAM, an expired account, a password to change.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <optional>

namespace onenode::checks {
namespace {

struct Shadow {  // shadow(5); days since 1970
    bool locked = false;
    std::optional<long> last_change{};
    std::optional<long> longest{};  // days a password may be used
    std::optional<long> expires{};
};

std::optional<long> days(std::string_view field)
{
    const auto value = one::to_number<long>(field);
    return value && *value >= 0 ? value : std::nullopt;
}

std::optional<Shadow> shadow_of_oneadmin(const HostView& host)
{
    const auto text = host.read("/etc/shadow").value_or("");
    for (const auto& line : one::split_lines(text)) {
        std::vector<std::string_view> fields;
        std::string_view rest = line;
        for (;;) {
            const auto colon = rest.find(':');
            fields.push_back(rest.substr(0, colon));
            if (colon == std::string_view::npos) break;
            rest.remove_prefix(colon + 1);
        }
        if (fields.size() < 8 || fields[0] != oneadmin::name) continue;
        return Shadow{.locked = fields[1].starts_with('!'),
                      .last_change = days(fields[2]),
                      .longest = days(fields[4]),
                      .expires = days(fields[7])};
    }
    return std::nullopt;
}

Findings run_locked(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto shadow = shadow_of_oneadmin(host);
    if (!shadow || !shadow->locked) return {};
    return judge_sshd(facts, host, context, [](const SshdSettings& settings, const std::string&) -> Findings {
        if (settings.value("usepam") == "yes") return {};  // then a lock is about passwords only
        return {error("oneadmin's password is locked, and with UsePAM no sshd refuses locked accounts also with a key",
                      "usermod --password '*' oneadmin")};  // no password, and not locked
    });
}

// As pam_unix's account check does it, which also runs for logins with a key.
Findings run_expired(const Facts&, const HostView& host, const CheckContext&)
{
    const auto shadow = shadow_of_oneadmin(host);
    if (!shadow) return {};
    const long today = std::chrono::duration_cast<std::chrono::hours>(host.now().time_since_epoch()).count() / 24;
    if (shadow->expires && today >= *shadow->expires)
        return {error(fmt::format("oneadmin's account expired on {:%Y-%m-%d}",
                                  fmt::gmtime(static_cast<std::time_t>(*shadow->expires * 86'400))),
                      "chage --expiredate -1 oneadmin")};
    const bool must_change = shadow->last_change == 0;
    const bool too_old = shadow->last_change && shadow->longest && today - *shadow->last_change > *shadow->longest;
    if (must_change || too_old)
        return {error("oneadmin would have to change its password at the next login",
                      "chage --maxdays -1 --lastday \"$(date +%F)\" oneadmin")};
    return {};
}

}  // namespace

constinit const Check oneadmin_locked{
    .id = "oneadmin-locked",
    .title = "oneadmin is not locked out",
    .run = run_locked,
    .covers = "F05",
    .explain = "A locked password while sshd works without PAM: then sshd refuses the account also with the right key. "
               "With PAM, a locked password is fine.",
    .without_it = "`Permission denied (publickey)`.",
    .mend = "`usermod --password '*'`: no password, not locked.",
};
constinit const Check oneadmin_expired{
    .id = "oneadmin-expired",
    .title = "oneadmin's account has not expired",
    .run = run_expired,
    .covers = "F05",
    .explain = "Whether the account has expired, or its password would have to be changed at the next login. Both end "
               "a login with a key.",
    .without_it = "`Your account has expired` or `Password change required`, hidden behind `Could not update remotes`.",
    .mend = "`chage`.",
};

}  // namespace onenode::checks
