// Debian and Ubuntu run libvirtd; Red Hat 9 and later and SUSE run virtqemud, also where both are installed.
#include "nodeagent/checks/libvirt.hpp"

#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/core/risks.hpp"
#include "nodeagent/steps/steps.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::string_view modular_socket = "/run/libvirt/virtqemud-sock";
constexpr std::string_view monolithic_socket = "/run/libvirt/libvirt-sock";

bool is_masked(const HostView& host, const std::string& unit)
{
    for (const auto* directory : {"/etc/systemd/system", "/run/systemd/system"})
        if (host.read_link(fmt::format("{}/{}", directory, unit)).value_or("") == "/dev/null") return true;
    return false;
}

}  // namespace

bool is_libvirt_installed(const HostView& host)
{
    return host.find_program("libvirtd").has_value() || host.find_program("virtqemud").has_value();
}

std::string start_libvirt(const HostView& host)
{
    const auto daemon = libvirt_daemon(host);
    const auto units = fmt::format("{0}.socket {0}-ro.socket", daemon);
    const bool masked = is_masked(host, daemon + ".socket") || is_masked(host, daemon + ".service");
    return fmt::format(
        "{}systemctl enable --now {}",
        masked ? fmt::format("systemctl unmask {0}.service {0}-admin.socket {1} && ", daemon, units) : "", units);
}

bool runs(const HostView& host, std::string_view program)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    return std::ranges::any_of(processes, [program](const Process& process) {
        if (process.argv.empty()) return false;
        const std::string_view name = process.argv[0];
        return name.substr(name.rfind('/') + 1) == program;
    });
}

bool has_stale_socket(const Facts& facts, const HostView& host)
{
    if (facts.libvirt.problem.empty()) return false;
    return host.stat(modular_socket).has_value() && host.stat(monolithic_socket).has_value() &&
           !runs(host, "virtqemud");
}

Facts seen(const Facts& facts, const HostView& host)
{
    auto now = gather_files(host, steps::guests.reads);
    now.libvirt = facts.libvirt;
    now.accepted_risks = facts.accepted_risks;
    now.emulator = gather_emulator(host, facts.identity.architecture);
    now.datastores = datastores_of(facts, host);
    return now;
}

std::optional<std::string> qemu_setting(const HostView& host, std::string_view key)
{
    return setting_in(host.read(qemu_conf).value_or(""), key, Counts::first);  // as libvirt reads it
}

// What distributions build libvirt with.
std::string qemu_user(const HostView& host)
{
    return qemu_setting(host, "user").value_or(family_of(host) == Family::debian ? "libvirt-qemu" : "qemu");
}

std::string restart_libvirt(const HostView& host)
{
    return fmt::format("systemctl try-restart {}", libvirt_daemon(host));
}

std::string under_guests(const Facts& facts)
{
    if (may_restart_libvirt(facts)) return {};
    return fmt::format("  # restarts libvirt while {} run; onenode does that with --accept-risk={} alone",
                       one::join(facts.libvirt.domains, ", "), risks::restart_libvirt);
}

}  // namespace onenode::checks
