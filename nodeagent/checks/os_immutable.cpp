// Where /usr is part of an image no package can be installed; where /etc is in memory a join is gone after a reboot
// (F140).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (host.stat("/run/systemd/container")) return not_needed("the image is the host's");
    const auto etc = host.file_system("/etc");
    if (etc && etc->type == "tmpfs")
        return {warning("/etc is in memory: after a reboot this machine has forgotten that it joined",
                        "findmnt -T /etc  # install the system on a disk")};
    const auto usr = host.file_system("/usr");
    const bool layered = host.stat("/run/ostree-booted").has_value();
    if (!layered && !(usr && usr->read_only)) return {};
    if (host.stat("/usr/share/one")) return {};  // OpenNebula's package is part of the image
    const std::string_view package = is_lxc(context) ? "opennebula-node-lxc" : "opennebula-node-kvm";
    return {error("/usr is read-only, and OpenNebula's node package is not in it",
                  layered ? fmt::format("rpm-ostree install {} && systemctl reboot", package)
                          : fmt::format("mount -o remount,rw /usr  # or make an image with {}", package))};
}

}  // namespace

constinit const Check os_immutable{
    .id = "os-immutable",
    .title = "packages can be installed, and changes last",
    .run = run,
    .covers = "F140",
    .explain = "Whether `/usr` is read-only or part of an image (ostree) and OpenNebula's package is not in it; a "
               "warning where `/etc` is in memory, so that a reboot forgets the join.",
    .without_it = "packages cannot be installed, or the node is a stranger to its front-end after the next boot.",
    .mend = "the package as part of the image.",
};

}  // namespace onenode::checks
