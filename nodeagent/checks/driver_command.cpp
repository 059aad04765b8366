// Without these monitoring is well, and the first guest is not (F80).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    Findings findings;
    for (const auto& command : needed::by_drivers(context.type)) {
        if (find_for_drivers(host, command.name)) continue;
        findings.push_back(
            missing(Severity::warning,
                    fmt::format("{} is not in oneadmin's PATH (needed for {})", command.name, command.for_whom), host,
                    command.package, std::string{command.name}));
    }
    return findings;
}

}  // namespace

constinit const Check driver_command{
    .id = "driver-command",
    .title = "oneadmin finds the commands that guests need",
    .run = run,
    .severity = Severity::warning,
    .object = "<command>",
    .covers = "F80",
    .explain = "Whether oneadmin finds the commands that every guest needs (`qemu-img`, `tar`, `jq`, ...).",
    .without_it = "monitoring is fine, the first VM fails.",
    .mend = "the package that brings it.",
};

}  // namespace onenode::checks
