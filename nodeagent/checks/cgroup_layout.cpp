// Weights of guests are numbers of one generation of cgroups; drivers take the older one for the machine's as soon as
// any of it is mounted (F55).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr const char* top = "/sys/fs/cgroup";

// Bound to an older hierarchy outside of the container that we are in, it is missing here and yet there.
bool kernel_lacks(const HostView& host, std::string_view name)
{
    const auto text = host.read("/proc/cgroups");  // name, hierarchy, number of groups, enabled
    if (!text) return false;
    for (const auto& line : one::split_lines(*text))
        if (const auto words = one::split_words(line); words.size() > 3 && words[0] == name) return words[3] == "0";
    return true;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto all = mounts(host);
    const auto older = std::ranges::find(all, std::string{"cgroup"}, &Mount::type);
    const auto newer =
        std::ranges::find_if(all, [](const Mount& mount) { return mount.type == "cgroup2" && mount.point == top; });
    if (newer == all.end()) return {};  // all of the older generation: one is enough
    if (older != all.end())
        return {warning(fmt::format("cgroups of both generations are mounted ({} and {}): weights of guests would be "
                                    "numbers of the wrong one",
                                    top, older->point),
                        fmt::format("umount {}  # and find out what mounted it", older->point))};
    const auto words = one::split_words(host.read(fmt::format("{}/cgroup.controllers", top)).value_or(""));
    if (words.empty()) return {};
    for (const auto* name : {"cpu", "memory"})
        if (std::ranges::find(words, name) == words.end() && kernel_lacks(host, name))
            return {warning(fmt::format("the kernel has no {} controller: guests cannot be limited", name),
                            fmt::format("sed -i 's/^GRUB_CMDLINE_LINUX=\"/&cgroup_enable={} /' /etc/default/grub && "
                                        "(update-grub || grub2-mkconfig -o /boot/grub2/grub.cfg)  # then reboot",
                                        name))};
    return {};
}

}  // namespace

constinit const Check cgroup_layout{
    .id = "cgroup-layout",
    .title = "cgroups are of one generation",
    .run = run,
    .severity = Severity::warning,
    .covers = "F55",
    .explain = "Whether cgroups of one generation are mounted, with the controllers that limit guests.",
    .without_it = "`Value specified in CPUWeight is out of range`.",
    .mend = "unmount the older one.",
};

}  // namespace onenode::checks
