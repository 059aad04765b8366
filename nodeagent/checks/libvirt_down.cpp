// libvirt must answer root before anybody else. Asked while the facts were gathered, with a limit.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/repairs.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run_stale(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!has_stale_socket(facts, host)) return {};
    return {error(
        "/run/libvirt/virtqemud-sock is there and nobody listens behind it; it hides libvirtd's socket from clients",
        "rm /run/libvirt/virtqemud-sock /run/libvirt/virtqemud-sock-ro")};
}

Findings run_down(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    if (facts.libvirt.problem.empty()) return {};
    if (has_stale_socket(facts, host)) return not_checked("see libvirt-stale-socket");
    const auto daemon = libvirt_daemon(host);
    const bool running = runs(host, daemon);
    return {error(fmt::format("libvirt does not answer: {}", facts.libvirt.problem),
                  running ? fmt::format("journalctl -u {} -n 50  # if it was started just now, try again", daemon)
                          : start_libvirt(host))};
}

// A daemon that runs and does not answer needs a person; its sockets alone are not started beside it either.
Changes fix_down(const Facts&, const HostView& host, const CheckContext&)
{
    const auto daemon = libvirt_daemon(host);
    if (runs(host, daemon)) return {};
    return switch_on(host, {daemon + ".socket", daemon + "-ro.socket"}, "drivers reach libvirt there");
}

}  // namespace

constinit const Check libvirt_stale_socket{
    .id = "libvirt-stale-socket",
    .title = "no dead socket hides libvirt",
    .run = run_stale,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F61",
    .explain =
        "Whether a socket of `virtqemud` is left that nobody serves; clients prefer it and never reach libvirtd.",
    .without_it = "`Connection refused` from a libvirt that is well.",
    .mend = "remove the socket.",
};
constinit const Check libvirt_down{
    .id = "libvirt-down",
    .title = "libvirt answers root",
    .run = run_down,
    .fix = fix_down,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F58, F65",
    .explain = "Whether libvirt answers root, asked by a helper with a limit, so that a hanging daemon hangs nobody.",
    .without_it = "`Error executing machines_models.rb:` and nothing else.",
    .mend = "enable the daemon's sockets; where it runs and does not answer, its journal.",
};

}  // namespace onenode::checks
