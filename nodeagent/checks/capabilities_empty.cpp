// libvirt asks every QEMU it finds what it can do; when that fails, it knows no guest of the wanted kind.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    if (!facts.libvirt.problem.empty()) return not_checked("libvirt does not answer: see libvirt-down");
    const auto& types = facts.libvirt.domain_types;
    if (std::ranges::find(types, context.type) != types.end()) return {};
    if (!types.empty() && context.type == "kvm" && !facts.kvm_problem.empty()) return not_checked("see kvm-usable");

    const auto& architecture = facts.identity.architecture;
    const auto daemon = libvirt_daemon(host);
    if (types.empty() && !host.find_program(fmt::format("qemu-system-{}", architecture)) &&
        !host.stat("/usr/libexec/qemu-kvm"))
        return not_checked("QEMU is not installed: see qemu-emulator-link");
    if (!fs_full_or_read_only.run(facts, host, context).empty())
        return not_checked("QEMU needs room to be asked: see fs-full-or-read-only");
    return {error(fmt::format("libvirt knows {} for {} guests, and no {}",
                              types.empty() ? std::string{"nothing"} : fmt::format("{}", fmt::join(types, ", ")),
                              architecture, context.type),
                  fmt::format("journalctl -u {} -n 50  # what QEMU said; then: systemctl restart {}", daemon, daemon))};
}

}  // namespace

constinit const Check capabilities_empty{
    .id = "capabilities-empty",
    .title = "libvirt knows guests of this kind",
    .run = run,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F71",
    .explain = "Whether libvirt knows guests of the wanted kind (`kvm`, `qemu`) for this machine's processor.",
    .without_it = "an empty error, or `could not find capabilities for domaintype=kvm`.",
    .mend = "libvirt's journal tells why QEMU could not be asked.",
};

}  // namespace onenode::checks
