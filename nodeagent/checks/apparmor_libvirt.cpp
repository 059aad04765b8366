// libvirt's AppArmor profile knows the disks that a guest starts with, not what backs them elsewhere (F67).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/repairs.hpp"
#include "nodeagent/checks/strict_modes.hpp"

#include "common/managed_block.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr const char* datastores = "/var/lib/one/datastores";
constexpr const char* profile = "/etc/apparmor.d/abstractions/libvirt-qemu";
constexpr const char* addition = "/etc/apparmor.d/local/abstractions/libvirt-qemu";

// A rule for the directory or one above it: `/var/lib/one/datastores/** rwk,`.
bool allows(std::string_view text, const std::string& directory)
{
    return std::ranges::any_of(active_lines(text), [&directory](std::string_view line) {
        const auto stars = line.find("/**");
        if (!line.starts_with('/') || stars == std::string_view::npos) return false;
        const auto above = line.substr(0, stars);
        return directory.starts_with(above) && (directory.size() == above.size() || directory[above.size()] == '/') &&
               line.find('w', stars) != std::string_view::npos;
    });
}

bool uses_apparmor(const HostView& host)
{
    const auto driver = qemu_setting(host, "security_driver");
    return word_in(host, "/sys/module/apparmor/parameters/enabled") == "Y" && host.stat(profile) &&
           (!driver || driver->find("apparmor") != std::string::npos);
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    if (!uses_apparmor(host)) return {};
    const auto directory = real_path(host, datastores);  // AppArmor sees where a link leads
    const auto rules = host.read(profile).value_or("") + "\n" + host.read(addition).value_or("");
    if (allows(rules, directory)) return {};
    return {warning(
        fmt::format("AppArmor does not let guests use all of {}: snapshots and disks with a backing file may be denied",
                    directory),
        fmt::format(
            "mkdir -p /etc/apparmor.d/local/abstractions && echo '{}/** rwk,' >>{} && systemctl reload apparmor",
            directory, addition))};
}

// Profiles are made when a guest starts: nothing has to be loaded anew, and what runs keeps its own.
Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    if (!uses_apparmor(host)) return {};
    const auto directory = real_path(host, datastores);
    const std::string why = "guests that start from now on may use their disks' backing files";
    const auto text = host.read(addition).value_or("");
    auto lines = one::managed_block(text, "onenode");
    lines.push_back(fmt::format("{}/** rwk,", directory));
    auto changes = missing_directories(host, addition, why);
    changes.emplace_back(WriteFile{
        .path = addition, .text = one::with_managed_block(text, "onenode", lines), .block = "onenode", .why = why});
    return changes;
}

}  // namespace

constinit const Check apparmor_libvirt{
    .id = "apparmor-libvirt",
    .title = "AppArmor lets guests use the datastores",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .families = "Debian, SUSE",
    .covers = "F67",
    .explain = "Whether AppArmor lets guests use all of the datastores' directory, where a link leads included.",
    .without_it = "`Permission denied` on snapshots and disks with a backing file, though the owner is right.",
    .mend = "one line in a local addition.",
};

}  // namespace onenode::checks
