// What counts is what sudo lets oneadmin do, whatever the files say: a later rule may take back what an earlier one
// gave.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/sudo.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

struct Rule {  // one command of each alias that OpenNebula 7.4.0 grants on a node (share/pkgs/sudoers)
    std::string_view command;
    std::string_view types;  // of nodes that need it
};

constexpr std::array rules{
    Rule{"/usr/bin/rbd", "kvm qemu lxc"},
    Rule{"/usr/sbin/lvs", "kvm qemu lxc"},
    Rule{"/usr/sbin/ip link show lo", "kvm qemu lxc"},
    Rule{"/usr/sbin/nft list tables", "kvm qemu lxc"},
    Rule{"/usr/sbin/ip netns add one", "kvm qemu lxc"},
    Rule{"/usr/bin/ovs-vsctl", "kvm qemu lxc"},
    Rule{"/usr/bin/tee", "kvm qemu lxc"},
    Rule{"/usr/bin/mount", "kvm qemu lxc"},
    Rule{"/usr/sbin/sysctl vm.drop_caches=3 vm.compact_memory=1", "kvm qemu"},
    Rule{"/usr/sbin/dmidecode -t system", "kvm qemu"},
    Rule{"/usr/bin/lxc-ls", "lxc"},
};
constexpr std::string_view harmless = "/usr/sbin/ip link show lo";

bool is_needed(const Rule& rule, const HostView& host, const std::string& type)
{
    const auto types = one::split_words(rule.types);
    if (std::find(types.begin(), types.end(), type) == types.end()) return false;
    return host.stat(rule.command.substr(0, rule.command.find(' ')))
        .has_value();  // sudo cannot tell about what is not installed
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    std::vector<std::string> refused;
    for (const auto& rule : rules) {
        if (!is_needed(rule, host, context.type)) continue;
        const auto answer = as_oneadmin(host, {"sudo", "-n", "-l"}, rule.command);
        if (!answer) return not_checked(answer.error());
        if (!answer->ok()) refused.emplace_back(rule.command);
    }
    if (!refused.empty())
        return {error(fmt::format("sudo does not let oneadmin run {}", fmt::join(refused, ", ")), rules_of_oneadmin)};

    const auto really =
        as_oneadmin(host, {"sudo", "-n"}, harmless);  // sudo -l does not tell whether it would ask for a password
    if (!really) return not_checked(really.error());
    if (really->ok()) return {};
    return {
        error(fmt::format("sudo does not run `{}` for oneadmin: {}", harmless, complaint_of(*really)),
              "sudo -l -U oneadmin  # look for a later rule without NOPASSWD, and for requiretty, in /etc/sudoers.d")};
}

}  // namespace

constinit const Check sudo_rules{
    .id = "sudo-rules",
    .title = "sudo lets oneadmin run what the drivers need",
    .run = run,
    .covers = "F43, F45",
    .explain = "Whether sudo lets oneadmin run one command of each group that drivers need, tried as oneadmin with "
               "`sudo -n`: a later rule may take back what OpenNebula's file gives.",
    .without_it = "`a password is required` when the first VM starts.",
    .mend = "`sudo -l -U oneadmin`, and the rule that comes last.",
};

}  // namespace onenode::checks
