// SELinux lets guests use only what is labelled for them, and disks that another machine serves only where a boolean says
// so (F68).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/core/selinux.hpp"
#include "nodeagent/steps/selinux.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Facts seen_by_step(const Facts& facts, const HostView& host)
{
    auto now = gather_files(host, steps::selinux.reads);
    now.datastores = datastores_of(facts, host);
    return now;
}

Finding unlabelled(const Facts& now, const HostView& host)
{
    const auto message = fmt::format("SELinux has no rule that makes {} {}: guests may be denied their disks",
                                     now.datastores, steps::image_type);
    if (now.file(steps::semanage) == nullptr)
        return missing(Severity::warning, message + "; and semanage, which makes one, is not installed", host,
                       needed::semanage, "datastores");
    const auto known = selinux::own_type_in(now.text(selinux::own_rules), now.datastores);
    return warning(known.empty() ? message : fmt::format("{}; theirs is {}", message, known),
                   fmt::format("semanage fcontext {} --type {} '{}' && restorecon -R {}",
                               known.empty() ? "--add" : "--modify", steps::image_type,
                               selinux::pattern_of(now.datastores), now.datastores),
                   "datastores");
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_lxc(context)) return not_needed("a node for containers needs no libvirt");
    const auto now = seen_by_step(facts, host);
    const auto locked_out = steps::locked_out(now);
    const bool can_be_made = !steps::want_datastores_rule(now).empty();
    Findings findings;
    for (const auto& [mount, boolean] : locked_out)
        if (!context.joining)
            findings.push_back(warning(fmt::format("SELinux keeps guests from disks under {} ({}): {} is off",
                                                   mount.point, mount.type, boolean),
                                       fmt::format("setsebool -P {} on", boolean), std::string{boolean}));
    if (steps::lacks_datastores_rule(now) && !(context.joining && can_be_made))
        findings.push_back(unlabelled(now, host));
    if (context.joining && findings.empty() && (can_be_made || !locked_out.empty())) return left_to_join();
    return findings;
}

Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto now = seen_by_step(facts, host);
    auto changes = steps::want_booleans(now);
    for (auto& change : steps::want_datastores_rule(now))
        changes.push_back(std::move(change));
    return changes;
}

}  // namespace

constinit const Check selinux_libvirt{
    .id = "selinux-libvirt",
    .title = "SELinux lets guests use the datastores",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .drivers = Drivers::kvm_and_qemu,
    .families = "Red Hat, SUSE",
    .object = "<what>",
    .covers = "F68",
    .explain = "Where SELinux enforces: whether it lets guests use disks on the network file systems that are mounted "
               "under `/var/lib/one` (booleans), and whether the machine has a rule that labels the datastores "
               "`virt_image_t` (where its policy is `targeted`).",
    .without_it = "`Permission denied` on disks, though the owner is right.",
    .mend = "`setsebool -P`, `semanage fcontext` and `restorecon`.",
};

}  // namespace onenode::checks
