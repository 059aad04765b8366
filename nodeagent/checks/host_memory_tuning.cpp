// QEMU asks for all of a guest's memory at once; a kernel that promises only what it has refuses (F147).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/repairs.hpp"

namespace onenode::checks {
namespace {

constexpr long long never_overcommit = 2;

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a container takes memory as it needs it");
    if (number_in(host, "/proc/sys/vm/overcommit_memory") != never_overcommit) return {};
    return {warning("vm.overcommit_memory is 2: QEMU may not get the memory of a guest although it is free",
                    "echo 'vm.overcommit_memory = 0' >/etc/sysctl.d/99-overcommit.conf && sysctl --system")};
}

Changes fix(const Facts&, const HostView&, const CheckContext&)
{
    return {
        sysctl_drop_in("overcommit", {"vm.overcommit_memory = 0"}, "QEMU asks for all of a guest's memory at once")};
}

}  // namespace

constinit const Check host_memory_tuning{
    .id = "host-memory-tuning",
    .title = "QEMU gets memory that is free",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F147",
    .explain = "Whether the kernel promises only memory that it has (`vm.overcommit_memory` is 2): QEMU may not get "
               "what is free.",
    .without_it = "`cannot allocate memory` when a guest starts, on a host that OpenNebula shows with room.",
    .mend = "sysctl.",
};

}  // namespace onenode::checks
