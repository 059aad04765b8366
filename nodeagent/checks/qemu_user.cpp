// Disks are oneadmin's: QEMU runs as oneadmin, and libvirt does not give them to somebody else (F66).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

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

}  // namespace

constinit const Check qemu_user_setting{"qemu-user", "guests run as oneadmin", run};

}  // namespace onenode::checks
