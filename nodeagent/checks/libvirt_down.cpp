// libvirt must answer root before anybody else. Asked while the facts were gathered, with a limit.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

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

}  // namespace

constinit const Check libvirt_stale_socket{"libvirt-stale-socket", "no dead socket hides libvirt", run_stale};
constinit const Check libvirt_down{"libvirt-down", "libvirt answers root", run_down};

}  // namespace onenode::checks
