// The front-end brings its drivers with rsync, and throws away what rsync's absence says.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (find_for_drivers(host, "rsync")) return {};
    return {missing(Severity::error, "rsync is not installed: the front-end could not bring its drivers", host,
                    needed::rsync)};
}

}  // namespace

constinit const Check rsync_missing{
    .id = "rsync-missing",
    .title = "rsync is installed",
    .run = run,
    .covers = "F81",
    .explain = "Whether rsync is installed here: the front-end brings its drivers with it and discards its complaints.",
    .without_it = "`Could not update remotes`.",
    .mend = "install it.",
};

}  // namespace onenode::checks
