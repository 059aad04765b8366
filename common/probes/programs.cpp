// Read from the remotes of OpenNebula 7.4.0 and the dependencies of its packages.
#include "common/probes/programs.hpp"

#include <array>

namespace one::probes {
namespace {

constexpr std::array table{
    Program{"bash", {"bash", "bash"}, "every shell probe"},
    Program{"awk", {"mawk", "gawk"}, "the shell probes"},
    Program{"grep", {"grep", "grep"}, "the shell probes"},
    Program{"sed", {"sed", "sed"}, "cpu_features.sh"},
    Program{"find", {"findutils", "findutils"}, "monitor_ds.rb"},
    Program{"df", {"coreutils", "coreutils"}, "monitor_ds.rb"},
    Program{"ps", {"procps", "procps-ng", "procps"}, "the start of the monitoring client"},
    Program{"vmstat", {"procps", "procps-ng", "procps"}, "linux_host.rb"},
    Program{"lscpu", {"util-linux", "util-linux"}, "linux_host.rb"},
    Program{"mount", {"mount", "util-linux"}, "linux_host.rb"},
    Program{"findmnt", {"util-linux", "util-linux"}, "nfs_automounted.rb"},
    Program{"lspci", {"pciutils", "pciutils"}, "pci.rb"},
    Program{"uuidgen", {"uuid-runtime", "util-linux"}, "pci.rb"},
    Program{"ip", {"iproute2", "iproute", "iproute2"}, "the network drivers"},
    Program{"xmllint", {"libxml2-utils", "libxml2", "libxml2-tools"}, "prediction.sh and the drivers"},
    Program{"virsh", {"libvirt-clients", "libvirt-client"}, "machines_models.rb and the drivers", "kvm qemu"},
    Program{"lxc-ls", {"lxc", "lxc"}, "the probes of containers", "lxc"},
    // Those that not every probe calls, or that a check of their own looks for.
    Program{"ruby", ruby, "most probes", ""},
    Program{"sudo", sudo, "the probes of containers", ""},
    Program{"qemu-img", qemu_img, "monitor_ds.rb", ""},
    Program{"python3", {"python3", "python3"}, "prediction.sh", ""},
    Program{"lxc-info", {"lxc", "lxc"}, "the probes of containers", ""},
};

}  // namespace

std::span<const Program> programs()
{
    return table;
}

}  // namespace one::probes
