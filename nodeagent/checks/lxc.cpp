// What containers need: the tools, ids of their own for them, block devices, namespaces (F134 to F138).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/steps/containers.hpp"
#include "nodeagent/steps/steps.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr auto containers = steps::containers_directory;
constexpr const char* nbd_devices = "/sys/module/nbd/parameters/nbds_max";
constexpr const char* loop_control = "/dev/loop-control";

Findings only_for_containers()
{
    return not_needed("only a node for containers needs it");
}

Findings run_absent(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    Findings findings;
    for (const auto& command : needed::by_containers())
        if (!host.find_program(command.name))
            findings.push_back(missing(Severity::warning,
                                       fmt::format("{} is not installed, and containers need it", command.name), host,
                                       command.package, std::string{command.name}));
    return findings;
}

Findings run_subid(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    if (context.joining) return left_to_join();
    std::vector<std::string> without;
    for (const auto file : steps::subid_files)
        if (!steps::root_owns_container_ids(host.read(file).value_or(""))) without.emplace_back(file);
    if (without.empty()) return {};
    return {warning(fmt::format("root has not the ids of containers ({} and the next {}) in {}: none would start",
                                steps::first_container_id, steps::container_ids - 1, fmt::join(without, " and ")),
                    fmt::format("echo 'root:{}:{}' | tee -a {}", steps::first_container_id, steps::container_ids,
                                fmt::join(without, " ")))};
}

constexpr long long few_devices = 17;  // 16 is the kernel's own number

Findings run_modules(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    if (context.joining) return left_to_join();
    Findings findings;
    const auto devices = number_in(host, nbd_devices);
    if (!devices)
        findings.push_back(warning("the module nbd is not loaded: containers with qcow2 images would not start",
                                   "echo nbd >/etc/modules-load.d/nbd.conf && modprobe nbd nbds_max=256", "nbd"));
    else if (*devices < few_devices)
        findings.push_back(warning(
            fmt::format("nbd has {} devices, and each qcow2 disk of a container takes one", *devices),
            "echo 'options nbd nbds_max=256' >/etc/modprobe.d/nbd.conf && modprobe -r nbd && modprobe nbd", "nbd"));
    if (!host.stat(loop_control))
        findings.push_back(warning("the module loop is not loaded: containers with raw images would not start",
                                   "echo loop >/etc/modules-load.d/loop.conf && modprobe loop", "loop"));
    return findings;
}

constexpr const char* apparmor = "/sys/module/apparmor/parameters/enabled";
constexpr const char* profiles_of_lxc = "/etc/apparmor.d/lxc-containers";
constexpr const char* profiles_loaded = "/sys/kernel/security/apparmor/profiles";

// LXC puts each container under lxc-container-default*, or starts none. That Ubuntu restricts the namespaces of other
// users (apparmor_restrict_unprivileged_userns) is nothing to containers of OpenNebula: root starts them.
bool lacks_profile(const HostView& host)
{
    if (word_in(host, apparmor) != "Y" || !host.stat(profiles_of_lxc)) return false;
    const auto loaded = host.read(profiles_loaded);
    return loaded && std::ranges::none_of(one::split_lines(*loaded), [](std::string_view line) {
               return line.starts_with("lxc-container-default");
           });
}

Findings run_kernel(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    if (!context.joining && number_in(host, steps::user_namespaces) == 0)
        return {warning("user namespaces are switched off (user.max_user_namespaces is 0): no container would start",
                        "echo 'user.max_user_namespaces = 65536' >/etc/sysctl.d/99-userns.conf && sysctl --system")};
    if (lacks_profile(host))
        return {warning("AppArmor has no profile lxc-container-default loaded: no container would start",
                        fmt::format("rm -f /etc/apparmor.d/disable/lxc-containers && apparmor_parser --replace {}",
                                    profiles_of_lxc))};
    const auto system = host.file_system(containers);
    if (system && (system->no_exec || system->no_suid))
        return {warning(fmt::format("{} is mounted {}: programs of containers would not run as they should", containers,
                                    system->no_exec ? "noexec" : "nosuid"),
                        fmt::format("mount -o remount,exec,suid \"$(findmnt -n -o TARGET -T {})\"", containers))};
    return {};
}

// /var/lib/lxc-one/12 is mounted while container one-12 runs: its monitor is called "[lxc monitor] /var/lib/lxc one-12".
Findings run_leftovers(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const auto runs = [&processes](const std::string& name) {
        return std::ranges::any_of(processes, [&name](const Process& process) {
            return std::ranges::any_of(process.argv, [&name](const auto& argument) {
                const auto words = one::split_words(argument);
                return std::ranges::find(words, name) != words.end();
            });
        });
    };
    std::vector<std::string> left;
    for (const auto& mount : mounts(host)) {
        const auto prefix = fmt::format("{}/", containers);
        if (!mount.point.starts_with(prefix)) continue;
        const auto number = mount.point.substr(prefix.size(), mount.point.find('/', prefix.size()) - prefix.size());
        if (!runs("one-" + number)) left.push_back(mount.point);
    }
    if (left.empty()) return {};
    return {warning(fmt::format("{} mounted and no container runs there", fmt::join(left, ", ")),
                    fmt::format("lxc-ls -f && umount {}", left.back()))};
}

// The parts of the step that every join of such a node takes.
Facts seen(const HostView& host)
{
    return gather_files(host, steps::containers.reads);
}

Changes fix_subid(const Facts&, const HostView& host, const CheckContext&)
{
    return steps::want_container_ids(seen(host));
}

// One that is loaded with too few devices is in use, perhaps: only a person may take it out.
Changes fix_modules(const Facts&, const HostView& host, const CheckContext&)
{
    if (number_in(host, nbd_devices) && host.stat(loop_control)) return {};
    return steps::want_container_modules(seen(host));
}

Changes fix_kernel(const Facts&, const HostView& host, const CheckContext&)
{
    return steps::want_user_namespaces(seen(host));
}

}  // namespace

constinit const Check lxc_absent{
    .id = "lxc-absent",
    .title = "the tools of containers are installed",
    .run = run_absent,
    .severity = Severity::warning,
    .drivers = Drivers::lxc,
    .object = "<command>",
    .covers = "F134",
    .explain = "Whether the tools of containers are installed (`lxc-start`, `bindfs`, `qemu-nbd`, ...).",
    .without_it = "`lxc-start: command not found` when the first container starts, or monitoring that ends empty.",
    .mend = "the package that brings it.",
};
constinit const Check lxc_subid{
    .id = "lxc-subid",
    .title = "containers have ids of their own",
    .run = run_subid,
    .fix = fix_subid,
    .severity = Severity::warning,
    .drivers = Drivers::lxc,
    .covers = "F135",
    .explain = "Whether root has the ids that OpenNebula's driver gives to containers (600100001 and the next 65535) "
               "in `/etc/subuid` and `/etc/subgid`.",
    .without_it = "`newuidmap: uid range ... not allowed`.",
    .mend = "one line.",
};
constinit const Check lxc_modules{
    .id = "lxc-modules",
    .title = "containers have block devices",
    .run = run_modules,
    .fix = fix_modules,
    .severity = Severity::warning,
    .drivers = Drivers::lxc,
    .object = "<nbd|loop>",
    .covers = "F136",
    .explain = "Whether `nbd`, with more than the usual 16 devices, and `loop` are loaded.",
    .without_it = "`Cannot find free nbd device`.",
    .mend = "load it, with an option.",
};
constinit const Check lxc_kernel{
    .id = "lxc-kernel",
    .title = "the kernel lets containers run",
    .run = run_kernel,
    .fix = fix_kernel,
    .severity = Severity::warning,
    .drivers = Drivers::lxc,
    .covers = "F137",
    .explain = "Whether user namespaces are switched on, AppArmor (where it is on) has LXC's profiles loaded, and "
               "programs run as they should in `/var/lib/lxc-one`.",
    .without_it = "every container fails to start; the reason stands in `/var/log/lxc/one-<id>.log` alone.",
    .mend = "sysctl, `apparmor_parser`, or the mount.",
};
constinit const Check lxc_leftovers{
    .id = "lxc-leftovers",
    .title = "nothing is mounted for containers that are gone",
    .run = run_leftovers,
    .severity = Severity::warning,
    .drivers = Drivers::lxc,
    .covers = "F138",
    .explain = "Whether something is mounted under `/var/lib/lxc-one` for a container that does not run.",
    .without_it = "`already mounted`.",
    .mend = "unmount it.",
};

}  // namespace onenode::checks
