// QEMU asks for all of a guest's memory at once; a kernel that promises only what it has refuses (F147).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"

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

}  // namespace

constinit const Check host_memory_tuning{"host-memory-tuning", "QEMU gets memory that is free", run};

}  // namespace onenode::checks
