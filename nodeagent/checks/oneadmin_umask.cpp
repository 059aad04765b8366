// What oneadmin makes over SSH is read by QEMU and by other uids, so its logins must not take that away (F09).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/steps/login_umask.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace onenode::checks {
namespace {

// PAM's comes first, then the shell's file has its say, as in a login over SSH; what that prints is shell-noise's.
constexpr const char* as_a_login_does = "umask \"$0\"; if [ -r ~/.bashrc ]; then . ~/.bashrc >/dev/null; fi; umask";

constexpr const char* fix_by_hand =
    "grep -n -i umask /var/lib/one/.bashrc /etc/bash.bashrc /etc/bashrc /etc/login.defs /etc/pam.d/*  # 022 for "
    "oneadmin";

Facts seen(const HostView& host)
{
    return gather_files(host, steps::login_files);
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    if (facts.user(oneadmin::name) == nullptr) return not_needed("oneadmin is not there yet");
    const auto now = seen(host);
    const auto by_pam = fmt::format("{:04o}", steps::login_umask(now));
    const auto output = host.look({.argv = {"bash", "--norc", "-c", as_a_login_does, by_pam},
                                   .user = std::string{oneadmin::name},
                                   .directory = std::string{oneadmin::home},
                                   .environment = {{"SSH_CLIENT", "192.0.2.1 40000 22"}}});
    if (!output) return not_checked(output.error());
    const std::string umask{one::trim(output->out)};
    if (umask.empty() || umask.find_first_not_of("01234567") != std::string::npos)
        return not_checked("oneadmin's shell ends before it tells its umask", fix_by_hand);
    if (steps::lets_others_read(static_cast<std::uint32_t>(std::strtoul(umask.c_str(), nullptr, 8)))) return {};
    const bool ours_helps = !steps::want_login_umask(now).empty();
    return {warning(
        fmt::format("oneadmin logs in with umask {}: others, as QEMU, cannot read the disks it makes", umask),
        ours_helps
            ? fmt::format("sed -i '1i umask 022' {}  # or for all accounts, in /etc/login.defs", steps::shell_settings)
            : fix_by_hand)};
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    if (facts.user(oneadmin::name) == nullptr) return {};
    return steps::want_login_umask(seen(host));
}

}  // namespace

constinit const Check oneadmin_umask{
    .id = "oneadmin-umask",
    .title = "what oneadmin makes can be read by QEMU",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F09",
    .explain = "Which umask oneadmin's logins have: PAM's (`pam_umask`, `/etc/login.defs`), and what the shell's own "
               "file makes of it, tried as oneadmin. Joining writes `umask 022` before all else in "
               "`~oneadmin/.bashrc` where PAM's takes reading away (`leave` takes it out); what stands below it is "
               "for a person. The front-end's proof of the same name sees the same over a real login.",
    .without_it = "`Permission denied` for a disk that was just copied here, where QEMU runs as another user.",
    .mend = "`umask 022` for oneadmin.",
};

}  // namespace onenode::checks
