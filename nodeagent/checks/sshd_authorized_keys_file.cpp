// The front-end's keys go to ~/.ssh/authorized_keys; sshd may have been told to look elsewhere.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (joining_mends(host, context)) return left_to_join();
    return judge_sshd(facts, host, context, [&host](const SshdSettings& settings, const std::string&) -> Findings {
        const auto lines = steps::lines_for_keys_file(settings);
        if (lines.empty()) return {};
        return {error(fmt::format("sshd looks for oneadmin's keys in {}, not in {}/authorized_keys",
                                  settings.value("authorizedkeysfile"), oneadmin::ssh_directory),
                      sshd_fix_for_oneadmin(host, lines))};
    });
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext& context)
{
    return sshd_drop_in(facts, host, context, "authorized-keys", steps::lines_for_keys_file);
}

}  // namespace

constinit const Check sshd_authorized_keys_file{
    .id = "sshd-authorized-keys-file",
    .title = "sshd reads oneadmin's authorized_keys",
    .run = run,
    .fix = fix,
    .covers = "F16",
    .explain = "Whether sshd reads oneadmin's `~/.ssh/authorized_keys`; `AuthorizedKeysFile` may point elsewhere. "
               "A join lets it be read by itself.",
    .without_it = "`Permission denied (publickey)`, though the key stands in oneadmin's file.",
    .mend = "a `Match User oneadmin` block.",
};

}  // namespace onenode::checks
