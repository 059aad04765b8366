// Somebody else configures this machine at the same time, or will take back what we change (F163).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

struct Manager {
    std::string_view program;
    std::string_view verb;  // where one program does several things
    std::string_view name;
};

constexpr std::array managers{
    Manager{"puppet", "agent", "Puppet"},
    Manager{"chef-client", "", "Chef"},
    Manager{"cf-execd", "", "CFEngine"},
    Manager{"salt-minion", "", "Salt"},
};

bool is_running(const std::vector<Process>& processes, const Manager& manager)
{
    return std::ranges::any_of(processes, [&manager](const Process& process) {
        const bool named = std::ranges::any_of(process.argv, [&manager](std::string_view word) {
            return word.substr(word.rfind('/') + 1) == manager.program;
        });
        return named && (manager.verb.empty() || std::ranges::find(process.argv, manager.verb) != process.argv.end());
    });
}

// cloud-init leaves result.json when its last stage is done. In that stage it runs commands of its user data, one after the
// other, as we may be; of what we set up it changes nothing any more.
bool cloud_init_runs(const HostView& host)
{
    if (!host.stat("/run/cloud-init/enabled") || host.stat("/run/cloud-init/result.json")) return false;
    return host.read("/proc/self/cgroup").value_or("").find("/cloud-final.service") == std::string::npos;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    if (cloud_init_runs(host))
        findings.push_back(warning("cloud-init has not ended yet and may change keys, names and packages under us",
                                   "cloud-init status --wait", "cloud-init"));
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const auto manager =
        std::ranges::find_if(managers, [&processes](const Manager& one) { return is_running(processes, one); });
    if (manager != managers.end())
        findings.push_back(
            warning(fmt::format("{} manages this machine and may take back what joining changes (sudo's rules, "
                                "sshd, oneadmin)",
                                manager->name),
                    "onenode status  # after its next run: what is no longer as it was", "manager"));
    return findings;
}

}  // namespace

constinit const Check concurrent_run{
    .id = "concurrent-run",
    .title = "nobody else configures this machine",
    .run = run,
    .severity = Severity::warning,
    .object = "<cloud-init|manager>",
    .covers = "F163",
    .explain = "Whether cloud-init has not ended yet and is not what runs onenode, or Puppet, Chef, Salt or CFEngine "
               "manage this machine.",
    .without_it = "what this join writes is written over, now or at the next run of the other one.",
    .mend = "wait, or tell them about the join.",
};

}  // namespace onenode::checks
