// After a kernel upgrade the modules of the running one may be gone: what is not loaded yet cannot be loaded.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    if (host.stat("/run/systemd/container")) return not_needed("the kernel is the host's");
    const auto kernels = host.list("/lib/modules").value_or(std::vector<std::string>{});
    if (kernels.empty() || facts.identity.kernel.empty() || host.stat("/lib/modules/" + facts.identity.kernel))
        return {};
    return {warning(
        fmt::format(
            "the modules of the running kernel {} are gone (there are those of {}); none can be loaded before a reboot",
            facts.identity.kernel, fmt::join(kernels, ", ")),
        "systemctl reboot")};
}

}  // namespace

constinit const Check reboot_pending{
    .id = "reboot-pending",
    .title = "the running kernel has its modules",
    .run = run,
    .severity = Severity::warning,
    .covers = "F142",
    .explain =
        "Whether the running kernel still has its modules; after an upgrade they may be gone, and none can be loaded.",
    .without_it =
        "`Cannot find free nbd device`, missing bridges or KVM: whatever needs a module that is not loaded yet.",
    .mend = "reboot.",
};

}  // namespace onenode::checks
