// Disks are oneadmin's: QEMU runs as oneadmin, and libvirt does not give them to somebody else (F66).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

#include "common/managed_block.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

struct Wanted {
    std::string_view key;
    std::string_view value;
    std::string_view line;
    std::string_view otherwise;  // what happens
};

constexpr std::array wanted{
    Wanted{"user", "oneadmin", "user = \"oneadmin\"", "guests do not run as the owner of their disks"},
    Wanted{"group", "oneadmin", "group = \"oneadmin\"", "guests may not open their disks"},
    Wanted{"dynamic_ownership", "0", "dynamic_ownership = 0", "libvirt takes disks away from oneadmin"},
};

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no QEMU");
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    if (!host.stat(qemu_conf)) return not_checked(fmt::format("there is no {}", qemu_conf));
    std::vector<std::string> wrong;
    std::vector<std::string_view> keys;
    std::string lines;
    std::string_view otherwise;
    for (const auto& setting : wanted) {
        const auto value = qemu_setting(host, setting.key);
        if (value == setting.value) continue;
        if (otherwise.empty()) otherwise = setting.otherwise;
        wrong.push_back(value ? fmt::format("{} = {}", setting.key, *value)
                              : fmt::format("{} is not set", setting.key));
        keys.push_back(setting.key);
        lines += fmt::format(" '{}'", setting.line);
    }
    if (wrong.empty()) return {};
    return {warning(fmt::format("{} in {}: {}", fmt::join(wrong, ", "), qemu_conf, otherwise),
                    fmt::format("sed -i -E '/^ *({0}) *=/d' {1} && printf '%s\\n'{2} >>{1} && {3}",
                                fmt::join(keys, "|"), qemu_conf, lines, restart_libvirt(host)))};
}

// Only what nobody set: another value may be somebody's decision. And only without guests, for libvirt is restarted.
Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto text = host.read(qemu_conf);
    const auto info = host.stat(qemu_conf);
    if (!text || !info || !facts.libvirt.domains.empty()) return {};
    auto lines = one::managed_block(*text, "onenode");
    for (const auto& setting : wanted) {
        const auto value = qemu_setting(host, setting.key);
        if (value && value != setting.value) return {};
        if (!value) lines.emplace_back(setting.line);
    }
    return {WriteFile{.path = qemu_conf,
                      .text = one::with_managed_block(*text, "onenode", lines),
                      .mode = info->mode,
                      .owner = std::to_string(info->uid),
                      .group = std::to_string(info->gid),
                      .block = "onenode",
                      .why = "disks of guests are oneadmin's"}};
}

}  // namespace

constinit const Check qemu_user_setting{
    .id = "qemu-user",
    .title = "guests run as oneadmin",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F66",
    .explain =
        "Whether `qemu.conf` lets guests run as oneadmin (`user`, `group`) and leaves disks to it (`dynamic_ownership "
        "= 0`), as OpenNebula's node package sets it. A warning: the join works, guests do not.",
    .without_it = "`Could not open '/var/lib/one/datastores/...': Permission denied`.",
    .mend = "the missing lines.",
};

}  // namespace onenode::checks
