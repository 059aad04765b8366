// A libvirt of oneadmin's own shows that something asks without an address and gets the session's daemon (F63).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

bool is_libvirt(const Process& process)
{
    if (process.argv.empty()) return false;
    const std::string_view program = process.argv.front();
    const auto name = program.substr(program.rfind('/') + 1);
    return name == "libvirtd" || name == "virtqemud";
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    const User* user = facts.user(oneadmin::name);
    const std::uint32_t uid = user != nullptr ? user->uid : oneadmin::id;
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const auto found = std::ranges::find_if(
        processes, [uid](const Process& process) { return process.uid == uid && is_libvirt(process); });
    if (found == processes.end()) return {};
    return {warning(fmt::format("oneadmin runs a libvirt of its own (process {}): probes that name no address ask it, "
                                "and features of the processor stay unknown",
                                found->pid),
                    "install -d -o oneadmin -g oneadmin /var/lib/one/.config /var/lib/one/.config/libvirt && echo "
                    "'uri_default = \"qemu:///system\"' >/var/lib/one/.config/libvirt/libvirt.conf")};
}

}  // namespace

constinit const Check libvirt_default_uri{
    .id = "libvirt-default-uri",
    .title = "oneadmin's libvirt is the machine's",
    .run = run,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F63",
    .explain =
        "Whether a libvirt daemon of oneadmin's own runs: something asked without an address and got the session's.",
    .without_it = "empty `KVM_CPU_FEATURES`, and a new daemon every ten minutes.",
    .mend = "`uri_default` in oneadmin's `libvirt.conf`.",
};

}  // namespace onenode::checks
