// Drivers pipe scripts into oneadmin's shell and quote for a POSIX one; sshd refuses an account whose shell is not
// there.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

bool runs_scripts(std::string_view shell)
{
    return shell.ends_with("/bash") || shell.ends_with("/sh");
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    if (user == nullptr) return {};
    if (runs_scripts(user->shell)) {
        if (host.stat(user->shell)) return {};
        return {missing(Severity::error, fmt::format("oneadmin's shell {} does not exist", user->shell), host,
                        needed::bash)};
    }
    auto message = fmt::format("oneadmin's shell is {}, in which drivers cannot run", user->shell);
    const std::string fix = fmt::format("usermod --shell {} oneadmin", oneadmin::shell);
    if (!user->local) return {error(std::move(message), fix)};
    return {warning(std::move(message) + "; joining makes it " + std::string{oneadmin::shell}, fix)};
}

Changes fix(const Facts& facts, const HostView&, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    if (user == nullptr || !user->local || runs_scripts(user->shell)) return {};
    return {SetShell{.user = user->name,
                     .shell = std::string{oneadmin::shell},
                     .why = "drivers pipe scripts into oneadmin's shell"}};
}

}  // namespace

constinit const Check oneadmin_shell{
    .id = "oneadmin-shell",
    .title = "oneadmin, if it exists, has a shell that runs scripts",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F04",
    .explain = "Whether oneadmin's shell is `bash` or `sh`, and exists. A warning where joining sets it (`leave` sets "
               "it back), an error for an account of a directory service.",
    .without_it = "`This account is currently not available`, hidden behind `Could not update remotes`.",
    .mend = "`usermod --shell /bin/bash oneadmin`.",
};

}  // namespace onenode::checks
