// A process keeps the groups that it started with: monitoring that began before oneadmin came into libvirt's group goes
// on failing (F10).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/monitoring_client.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::string_view label = "Groups:";

std::optional<std::vector<std::string>> groups_of(const HostView& host, int pid)
{
    for (const auto& line : one::split_lines(host.read(fmt::format("/proc/{}/status", pid)).value_or("")))
        if (line.starts_with(label)) return one::split_words(std::string_view{line}.substr(label.size()));
    return std::nullopt;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("probes of containers use sudo");
    const User* user = facts.user(oneadmin::name);
    if (user == nullptr) return {};
    for (const auto& client : monitoring_clients(host)) {
        const auto groups = groups_of(host, client.pid);
        if (!groups) continue;
        for (const auto* name : {"libvirt", "kvm"}) {
            const auto group = host.group(name);
            const bool belongs = group && std::ranges::find(user->groups, group->gid) != user->groups.end();
            if (!belongs || std::ranges::find(*groups, std::to_string(group->gid)) != groups->end()) continue;
            return {warning(fmt::format("the monitoring client (process {}) started before oneadmin came into group {}",
                                        client.pid, name),
                            fmt::format("kill {}  # the front-end starts it again within three minutes", client.pid))};
        }
    }
    return {};
}

}  // namespace

constinit const Check oneadmin_groups{
    .id = "oneadmin-groups",
    .title = "monitoring has oneadmin's groups",
    .run = run,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .covers = "F10",
    .explain = "Whether the monitoring client that runs has the groups `libvirt` and `kvm` that oneadmin has: a "
               "process keeps those that it started with.",
    .without_it = "`Permission denied` on libvirt's socket from monitoring, while the same command works by hand.",
    .mend = "end it; the front-end starts it again.",
};

}  // namespace onenode::checks
