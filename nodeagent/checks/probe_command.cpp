// Commands that OpenNebula's probes call: one that is missing ends monitoring, with an error whose text is empty.
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
    std::string_view by;  // who calls it
    std::string_view types = "kvm qemu lxc";
};

// Read from the remotes of OpenNebula 7.4.0. rsync, ruby and sudo have checks of their own.
constexpr std::array table{
    Needed{"bash", {"bash", "bash"}, "every shell probe"},
    Needed{"awk", {"mawk", "gawk"}, "the shell probes"},
    Needed{"grep", {"grep", "grep"}, "the shell probes"},
    Needed{"sed", {"sed", "sed"}, "cpu_features.sh"},
    Needed{"find", {"findutils", "findutils"}, "monitor_ds.rb"},
    Needed{"df", {"coreutils", "coreutils"}, "monitor_ds.rb"},
    Needed{"ps", {"procps", "procps-ng", "procps"}, "the start of the monitoring client"},
    Needed{"vmstat", {"procps", "procps-ng", "procps"}, "linux_host.rb"},
    Needed{"lscpu", {"util-linux", "util-linux"}, "linux_host.rb"},
    Needed{"mount", {"mount", "util-linux"}, "linux_host.rb"},
    Needed{"findmnt", {"util-linux", "util-linux"}, "nfs_automounted.rb"},
    Needed{"lspci", {"pciutils", "pciutils"}, "pci.rb"},
    Needed{"uuidgen", {"uuid-runtime", "util-linux"}, "pci.rb"},
    Needed{"ip", {"iproute2", "iproute", "iproute2"}, "the network drivers"},
    Needed{"xmllint", {"libxml2-utils", "libxml2", "libxml2-tools"}, "prediction.sh and the drivers"},
    Needed{"virsh", {"libvirt-clients", "libvirt-client"}, "machines_models.rb and the drivers", "kvm qemu"},
    Needed{"lxc-ls", {"lxc", "lxc"}, "the probes of containers", "lxc"},
};

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    Findings findings;
    for (const auto& needed : table) {
        const auto types = one::split_words(needed.types);
        if (std::ranges::find(types, context.type) == types.end() || find_for_drivers(host, needed.command)) continue;
        findings.push_back(error(fmt::format("{} is not in oneadmin's PATH (needed by {})", needed.command, needed.by),
                                 install(host, needed.package), std::string{needed.command}));
    }
    return findings;
}

}  // namespace

constinit const Check probe_command{
    .id = "probe-command",
    .title = "oneadmin finds the commands that probes call",
    .run = run,
    .object = "<command>",
    .covers = "F79",
    .explain = "Whether oneadmin finds each command that OpenNebula's probes call, in the PATH that a login gets. One "
               "that is missing ends monitoring with an empty error. The list was read from OpenNebula 7.4.0.",
    .mend = "the package that brings it.",
};

}  // namespace onenode::checks
