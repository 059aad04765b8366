// Drivers and probes run virsh as oneadmin, never as root: asked as oneadmin, read-write and read-only.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/probe_answers.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/steps/libvirt_polkit.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

bool is_about_rights(std::string_view problem)
{
    return problem.find("ermission denied") != std::string_view::npos ||
           problem.find("uthenticat") != std::string_view::npos || problem.find("polkit") != std::string_view::npos;
}

std::string owner_of_socket(const Facts& facts, const HostView& host)
{
    const auto& libvirt = facts.libvirt;
    const auto group = host.group_by_id(libvirt.socket_gid);
    return fmt::format("{} is group {}, mode {:04o}", libvirt.socket,
                       group ? group->name : std::to_string(libvirt.socket_gid), libvirt.socket_mode);
}

// polkit, which libvirt asks by default, lets members of libvirt's own group in (libvirt's polkit rules).
std::string let_in(const HostView& host)
{
    return host.group("libvirt") ? "usermod --append --groups libvirt oneadmin"
                                 : "set unix_sock_group = \"oneadmin\" and auth_unix_rw = \"none\" in "
                                   "/etc/libvirt/libvirtd.conf and restart libvirtd";
}

Findings run_socket(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    if (!facts.libvirt.problem.empty()) return not_checked("libvirt does not answer root: see libvirt-down");
    const auto access = ask_libvirt_as(host, std::string{oneadmin::name});
    if (!access) return not_checked(access.error());
    if (access->read_write.empty()) return {};
    if (is_about_rights(access->read_write))
        return {error(
            fmt::format("oneadmin may not use libvirt: {} ({})", access->read_write, owner_of_socket(facts, host)),
            let_in(host))};
    return {error(fmt::format("libvirt does not answer oneadmin: {}", access->read_write), start_libvirt(host))};
}

Findings run_readonly(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    if (!facts.libvirt.problem.empty()) return not_checked("libvirt does not answer root: see libvirt-down");
    const auto access = ask_libvirt_as(host, std::string{oneadmin::name});
    if (!access) return not_checked(access.error());
    if (access->read_only.empty()) return {};
    if (!access->read_write.empty()) return not_checked("see libvirt-socket");
    const auto daemon = libvirt_daemon(host);
    return {error(
        fmt::format("OpenNebula's probes use libvirt read-only, and that fails for oneadmin: {}", access->read_only),
        is_about_rights(access->read_only) ? let_in(host)
                                           : fmt::format("systemctl enable --now {}-ro.socket", daemon))};
}

// What joining does, too. Where libvirtd.conf says otherwise, a person has to look.
Changes let_oneadmin_in(const Facts& facts, const HostView& host, const CheckContext&)
{
    if (!host.user(oneadmin::name)) return {};
    Changes changes;
    if (host.group("libvirt") && !is_in_group(host, oneadmin::name, "libvirt").value_or(true))
        changes.emplace_back(JoinGroup{
            .user = std::string{oneadmin::name}, .group = "libvirt", .why = "its members may use libvirt's socket"});
    auto now = gather_files(host, steps::libvirt_polkit.reads);
    now.libvirt = facts.libvirt;
    now.groups.insert(facts.groups.begin(), facts.groups.end());
    for (auto& change : steps::want_polkit_rule(now))
        changes.push_back(std::move(change));
    return changes;
}

}  // namespace

constinit const Check libvirt_socket{
    .id = "libvirt-socket",
    .title = "libvirt answers oneadmin",
    .run = run_socket,
    .fix = let_oneadmin_in,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F58, F64",
    .explain = "Whether libvirt answers oneadmin, tried as oneadmin, not as root: group and mode of the socket, "
               "polkit, or who else stands between.",
    .without_it = "`Error executing machines_models.rb:` while root's virsh works.",
    .mend = "the group that may use the socket, or a rule for polkit.",
};
constinit const Check libvirt_readonly_socket{
    .id = "libvirt-readonly-socket",
    .title = "libvirt answers oneadmin's probes",
    .run = run_readonly,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F59",
    .explain = "Whether the read-only connection works for oneadmin too: OpenNebula's probes use it (`virsh -r`), and "
               "its socket is a unit of its own.",
    .without_it = "`Error monitoring Host kvm1 (27): ` and nothing more, while guests can be started by hand.",
    .mend = "enable that socket.",
};

}  // namespace onenode::checks
