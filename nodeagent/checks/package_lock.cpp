// A package manager that is at work, or stopped in the middle, lets nobody install (F141).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

// It also names packages without checksums, which hinder nobody.
bool is_unfinished(std::string_view audit)
{
    return audit.find("half") != std::string_view::npos || audit.find("not yet") != std::string_view::npos ||
           audit.find("in a mess") != std::string_view::npos;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (const auto process = package_manager_at_work(host))
        return {warning(fmt::format("a package manager is at work (process {}: {})", process->pid,
                                    one::join(process->argv, " ").substr(0, 60)),
                        fmt::format("tail --pid={} -f /dev/null  # waits for its end", process->pid))};
    if (family_of(host) != Family::debian) return {};
    const auto audit = host.look({.argv = {"dpkg", "--audit"}});
    if (!audit || !is_unfinished(audit->out)) return {};
    return {warning("dpkg stopped in the middle: packages are not set up, and none can be installed",
                    "dpkg --configure -a && apt-get -f install")};
}

}  // namespace

constinit const Check package_lock{
    .id = "package-lock",
    .title = "packages can be installed now",
    .run = run,
    .severity = Severity::warning,
    .covers = "F141",
    .explain = "Whether a package manager is at work, or dpkg stopped in the middle.",
    .without_it = "installing packages waits, then fails in the middle of a join.",
    .mend = "wait for its end, or `dpkg --configure -a`.",
};

}  // namespace onenode::checks
