// Guests named one-<id> that this cloud does not know become zombies; where it knows the id, their state is taken over.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/core/guests.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers has no domains");
    if (!facts.libvirt.problem.empty()) return not_checked("libvirt does not answer: see libvirt-down");
    if (is_ours(host, context)) return {};
    std::vector<std::string> found;
    std::ranges::copy_if(facts.libvirt.domains, std::back_inserter(found), is_of_opennebula);
    if (found.empty()) return {};
    return {error(fmt::format("{} {} here and {} to another OpenNebula", fmt::join(found, ", "),
                              found.size() == 1 ? "runs" : "run", found.size() == 1 ? "belongs" : "belong"),
                  "onehost flush HOST  # on the front-end they belong to; then: virsh list")};
}

}  // namespace

constinit const Check foreign_vms{
    .id = "foreign-vms",
    .title = "no guest of another OpenNebula runs here",
    .run = run,
    .data_loss = true,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F144",
    .explain = "Running guests named `one-<id>` on a machine that no join of ours made a host. They would appear as "
               "zombies, or be taken for other VMs of the same number.",
    .without_it = "this front-end stops, or takes for its own, guests of the other one that have the same number.",
    .mend = "move them away on the front-end they belong to.",
};

}  // namespace onenode::checks
