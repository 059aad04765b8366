// A libvirt that somebody started by hand answers today, and nobody does after the next boot (F60).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/steps/libvirt_sockets.hpp"
#include "nodeagent/steps/steps.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Facts seen_by_step(const Facts& facts, const HostView& host)
{
    auto now = gather_files(host, steps::libvirt_sockets.reads);
    now.libvirt = facts.libvirt;
    now.libvirt.asleep = gather_sockets_asleep(host, facts.libvirt.modular);
    return now;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!has_systemd(host)) return not_needed("systemd does not run here: who starts libvirt is not ours to ask");
    if (facts.libvirt.socket.empty()) return not_checked("libvirt does not answer: see libvirt-down");
    auto asleep = seen_by_step(facts, host).libvirt.asleep;
    if (asleep.empty()) return {};
    if (context.joining) return left_to_join();
    for (auto& file : asleep)
        file = file.substr(file.rfind('/') + 1);
    const auto units = one::join(asleep, " ");
    return {warning(fmt::format("no boot opens {}", one::join(asleep, ", ")), "systemctl enable " + units)};
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    return steps::want_sockets_at_boot(seen_by_step(facts, host));
}

}  // namespace

constinit const Check libvirt_at_boot{
    .id = "libvirt-at-boot",
    .title = "libvirt is there after a boot",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F60",
    .explain =
        "Whether systemd opens libvirt's sockets at a boot, or starts the daemon itself. With one daemon for "
        "each driver those of networks, devices, secrets and storage count, too. What somebody masked is theirs.",
    .without_it = "a host in ERROR from the next reboot on.",
    .mend = "enable the sockets.",
};

}  // namespace onenode::checks
