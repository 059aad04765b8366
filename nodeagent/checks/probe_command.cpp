// Commands that OpenNebula's probes call: one that is missing ends monitoring, with an error whose text is empty.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    Findings findings;
    for (const auto& command : needed::by_probes(context.type)) {
        if (find_for_drivers(host, command.name)) continue;
        findings.push_back(missing(
            Severity::error, fmt::format("{} is not in oneadmin's PATH (needed by {})", command.name, command.for_whom),
            host, command.package, std::string{command.name}));
    }
    return findings;
}

}  // namespace

constinit const Check probe_command{
    .id = "probe-command",
    .title = "oneadmin finds the commands that probes call",
    .run = run,
    .object = "<command>",
    .covers = "F79",
    .explain = "Whether oneadmin finds each command that OpenNebula's probes call, in the PATH that a login gets. One "
               "that is missing ends monitoring with an empty error. The list was read from OpenNebula 7.4.0.",
    .without_it = "`Error monitoring Host kvm1 (27): ` and nothing more.",
    .mend = "the package that brings it.",
};

}  // namespace onenode::checks
