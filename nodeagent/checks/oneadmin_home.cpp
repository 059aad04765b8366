// OpenNebula's drivers and our steps know one home of oneadmin; sshd looks for the keys in the account's.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    if (user != nullptr && user->home != oneadmin::home)
        return {error(fmt::format("oneadmin's home is {}, and it must be {}", user->home, oneadmin::home),
                      fmt::format("usermod --home {} oneadmin", oneadmin::home))};
    const auto info = host.stat(oneadmin::home);
    if (info && info->kind != FileKind::directory && info->kind != FileKind::symlink)
        return {
            error(fmt::format("{} is not a directory", oneadmin::home), fmt::format("mv {0} {0}.old", oneadmin::home))};
    return {};
}

}  // namespace

constinit const Check oneadmin_home{
    .id = "oneadmin-home",
    .title = "oneadmin's home is /var/lib/one",
    .run = run,
    .covers = "F06",
    .explain = "Whether an existing `oneadmin` lives in `/var/lib/one`, and that is a directory.",
    .without_it = "keys are written where sshd does not look.",
    .mend = "`usermod --home`.",
};

}  // namespace onenode::checks
