// OpenNebula drops reports that are older than the last one: a clock that jumps back silences this machine.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/probe_answers.hpp"

namespace onenode::checks {
namespace {

constexpr Package chrony{"chrony", "chrony"};

std::string advice(const HostView& host)
{
    if (host.find_program("chronyd"))
        return family_of(host) == Family::debian ? "systemctl enable --now chrony" : "systemctl enable --now chronyd";
    if (host.stat("/usr/lib/systemd/system/systemd-timesyncd.service") ||
        host.stat("/lib/systemd/system/systemd-timesyncd.service"))
        return "timedatectl set-ntp true";
    return install(host, chrony);
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    if (host.stat("/run/systemd/container")) return not_needed("the clock is the host's");
    const auto problem = ask_clock(host);
    if (!problem) return not_checked(problem.error());
    if (problem->empty()) return {};
    return {warning("the kernel's clock is not synchronised", advice(host))};
}

}  // namespace

constinit const Check clock_unsynchronised{
    .id = "clock-unsynchronised",
    .title = "the clock is kept right",
    .run = run,
    .severity = Severity::warning,
    .covers = "F40, F41",
    .explain = "Whether something keeps the kernel's clock right. OpenNebula drops reports that are older than the "
               "last one, so a clock that jumps back silences the host. A warning; not asked in a container.",
    .without_it = "the host goes to ERROR or keeps old figures, with no reason, after a jump of its clock.",
    .mend = "a time service.",
};

}  // namespace onenode::checks
