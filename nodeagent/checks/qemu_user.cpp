// Guests run as oneadmin, whose disks stay oneadmin's (F66).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/steps/guests.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

constexpr std::array otherwise{"guests do not run as the owner of their disks", "guests may not open their disks",
                               "libvirt takes disks away from oneadmin"};
static_assert(otherwise.size() == steps::qemu_settings.size());

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    return steps::want_qemu_settings(seen(facts, host));
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no QEMU");
    if (!is_libvirt_installed(host)) return not_checked("see libvirt-absent");
    if (!host.stat(qemu_conf)) return not_checked(fmt::format("there is no {}", qemu_conf));
    if (context.joining && !fix(facts, host, context).empty()) return left_to_join();
    std::vector<std::string> wrong;
    std::vector<std::string_view> keys;
    std::string lines;
    std::string_view consequence;
    for (std::size_t each = 0; each < otherwise.size(); ++each) {
        const auto& setting = steps::qemu_settings.at(each);
        const auto value = qemu_setting(host, setting.key);
        if (value == setting.value) continue;
        if (consequence.empty()) consequence = otherwise.at(each);
        wrong.push_back(value ? fmt::format("{} = {}", setting.key, *value)
                              : fmt::format("{} is not set", setting.key));
        keys.push_back(setting.key);
        lines += fmt::format(" '{}'", setting.line);
    }
    if (wrong.empty()) return {};
    return {warning(fmt::format("{} in {}: {}", fmt::join(wrong, ", "), qemu_conf, consequence),
                    fmt::format("sed -i -E '/^ *({0}) *=/d' {1} && printf '%s\\n'{2} >>{1} && {3}{4}",
                                fmt::join(keys, "|"), qemu_conf, lines, restart_libvirt(host), under_guests(facts)))};
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
