// What containers need: the tools, ids of their own for them, block devices, namespaces (F134 to F138).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/reading.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr const char* containers = "/var/lib/lxc-one";

Findings only_for_containers()
{
    return not_needed("only a node for containers needs it");
}

struct Tool {
    std::string_view command;
    Package package;
};

// Read from the driver of OpenNebula 7.4.0: what it calls whatever the container's disk is.
constexpr std::array tools{
    Tool{"lxc-start", {"lxc", "lxc"}},
    Tool{"bindfs", {"bindfs", "bindfs"}},
    Tool{"qemu-nbd", {"qemu-utils", "qemu-img", "qemu-tools"}},
    Tool{"losetup", {"mount", "util-linux"}},
    Tool{"lsblk", {"util-linux", "util-linux"}},
    Tool{"e2fsck", {"e2fsprogs", "e2fsprogs"}},
    Tool{"resize2fs", {"e2fsprogs", "e2fsprogs"}},
};

Findings run_absent(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    Findings findings;
    for (const auto& tool : tools)
        if (!host.find_program(tool.command))
            findings.push_back(warning(fmt::format("{} is not installed, and containers need it", tool.command),
                                       install(host, tool.package), std::string{tool.command}));
    return findings;
}

// As the driver has it built in: one range for all containers.
constexpr long long first_id = 600100001;
constexpr long long ids = 65536;

bool root_owns_range(const HostView& host, const char* file)
{
    const auto lines = active_lines(host.read(file).value_or(""));
    return std::ranges::any_of(lines, [](std::string_view line) {  // root:600100001:65536
        const auto colon = line.find(':');
        const auto second = line.find(':', colon + 1);
        const auto who = line.substr(0, colon);
        if (colon == std::string_view::npos || second == std::string_view::npos || (who != "root" && who != "0"))
            return false;
        const auto first = number_of(line.substr(colon + 1, second - colon - 1));
        const auto count = number_of(line.substr(second + 1));
        return first && count && *first <= first_id && *first + *count >= first_id + ids;
    });
}

Findings run_subid(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    std::vector<std::string> without;
    for (const auto* file : {"/etc/subuid", "/etc/subgid"})
        if (!root_owns_range(host, file)) without.emplace_back(file);
    if (without.empty()) return {};
    return {warning(fmt::format("root has not the ids of containers ({} and the next {}) in {}: none would start",
                                first_id, ids - 1, fmt::join(without, " and ")),
                    fmt::format("echo 'root:{}:{}' | tee -a {}", first_id, ids, fmt::join(without, " ")))};
}

constexpr long long few_devices = 17;  // 16 is the kernel's own number

Findings run_modules(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    Findings findings;
    const auto devices = number_in(host, "/sys/module/nbd/parameters/nbds_max");
    if (!devices)
        findings.push_back(warning("the module nbd is not loaded: containers with qcow2 images would not start",
                                   "echo nbd >/etc/modules-load.d/nbd.conf && modprobe nbd nbds_max=256", "nbd"));
    else if (*devices < few_devices)
        findings.push_back(warning(
            fmt::format("nbd has {} devices, and each qcow2 disk of a container takes one", *devices),
            "echo 'options nbd nbds_max=256' >/etc/modprobe.d/nbd.conf && modprobe -r nbd && modprobe nbd", "nbd"));
    if (!host.stat("/dev/loop-control"))
        findings.push_back(warning("the module loop is not loaded: containers with raw images would not start",
                                   "echo loop >/etc/modules-load.d/loop.conf && modprobe loop", "loop"));
    return findings;
}

Findings run_kernel(const Facts&, const HostView& host, const CheckContext& context)
{
    if (!is_lxc(context)) return only_for_containers();
    if (number_in(host, "/proc/sys/user/max_user_namespaces") == 0)
        return {warning("user namespaces are switched off (user.max_user_namespaces is 0): no container would start",
                        "echo 'user.max_user_namespaces = 65536' >/etc/sysctl.d/99-userns.conf && sysctl --system")};
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

}  // namespace

constinit const Check lxc_absent{"lxc-absent", "the tools of containers are installed", run_absent};
constinit const Check lxc_subid{"lxc-subid", "containers have ids of their own", run_subid};
constinit const Check lxc_modules{"lxc-modules", "containers have block devices", run_modules};
constinit const Check lxc_kernel{"lxc-kernel", "the kernel lets containers run", run_kernel};
constinit const Check lxc_leftovers{"lxc-leftovers", "nothing is mounted for containers that are gone", run_leftovers};

}  // namespace onenode::checks
