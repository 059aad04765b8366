// Half of all answers (sshd -T, shadow, other users' rights) are root's alone.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (host.effective_uid() == 0) return {};
    return {error(fmt::format("this runs as uid {}, and much can be seen by root only", host.effective_uid()),
                  "sudo onenode ...")};
}

}  // namespace

constinit const Check root{
    .id = "root",
    .title = "this runs as root",
    .run = run,
    .covers = "F162",
    .explain =
        "Whether this runs as root. Half of the answers (sshd's settings, other users' rights) are given to root only.",
    .without_it = "half of what could be wrong stays unseen, and joining cannot begin.",
    .mend = "run it with `sudo`.",
};

}  // namespace onenode::checks
