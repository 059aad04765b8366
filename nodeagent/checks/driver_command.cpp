// Without these monitoring is well, and the first guest is not (F80).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/packages.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

struct Needed {
    std::string_view command;
    Package package;
    std::string_view for_what;
    std::string_view types = "kvm qemu lxc";
};

// Read from the remotes of OpenNebula 7.4.0: what every guest needs, whatever its storage and networks.
constexpr std::array table{
    Needed{"qemu-img", {"qemu-utils", "qemu-img", "qemu-img"}, "making disks"},
    Needed{"tar", {"tar", "tar"}, "copying images"},
    Needed{"ssh", {"openssh-client", "openssh-clients", "openssh-clients"}, "copying images"},
    Needed{"scp", {"openssh-client", "openssh-clients", "openssh-clients"}, "copying images"},
    Needed{"jq", {"jq", "jq"}, "snapshots and backups"},
    Needed{"flock", {"util-linux", "util-linux-core", "util-linux"}, "shared storage"},
    Needed{"timeout", {"coreutils", "coreutils"}, "actions on guests", "kvm qemu"},
    Needed{"base64", {"coreutils", "coreutils"}, "actions on guests"},
};

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    Findings findings;
    for (const auto& needed : table) {
        const auto types = one::split_words(needed.types);
        if (std::ranges::find(types, context.type) == types.end() || find_for_drivers(host, needed.command)) continue;
        findings.push_back(
            warning(fmt::format("{} is not in oneadmin's PATH (needed for {})", needed.command, needed.for_what),
                    install(host, needed.package), std::string{needed.command}));
    }
    return findings;
}

}  // namespace

constinit const Check driver_command{
    .id = "driver-command",
    .title = "oneadmin finds the commands that guests need",
    .run = run,
    .severity = Severity::warning,
    .object = "<command>",
    .covers = "F80",
    .explain = "Whether oneadmin finds the commands that every guest needs (`qemu-img`, `tar`, `jq`, ...).",
    .without_it = "monitoring is fine, the first VM fails.",
    .mend = "the package that brings it.",
};

}  // namespace onenode::checks
