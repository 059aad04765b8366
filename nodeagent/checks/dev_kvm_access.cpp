// Guests open /dev/kvm as the user that qemu.conf names: tried as that user (F52).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/libvirt.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

namespace onenode::checks {
namespace {

constexpr const char* device = "/dev/kvm";

std::string let_in(const HostView& host, const FileInfo& info, const std::string& user)
{
    const bool group_may = (info.mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP);
    const auto group = host.group_by_id(info.gid);
    if (group_may && info.gid != 0 && group) return fmt::format("usermod --append --groups {} {}", group->name, user);
    return fmt::format("chgrp kvm {0} && chmod 0660 {0} && usermod --append --groups kvm {1}  # udev's rule for kvm is "
                       "missing",
                       device, user);
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (context.type != "kvm") return not_needed(fmt::format("a {} node does without KVM", context.type));
    const auto info = host.stat(device);
    if (!info) return not_checked("there is no /dev/kvm: see kvm-usable");
    const auto user = qemu_user(host);
    if (user == "root") return {};
    if (!host.user(user))
        return not_checked(fmt::format("guests would run as {}, whom this machine does not know: see qemu-user", user));
    const auto answer = host.look({.argv = {"test", "-r", device, "-a", "-w", device}, .user = user});
    if (!answer) return not_checked(answer.error());
    if (answer->ok()) return {};
    return {error(fmt::format("guests run as {}, who may not use {}", user, device), let_in(host, *info, user))};
}

}  // namespace

constinit const Check dev_kvm_access{
    .id = "dev-kvm-access",
    .title = "guests may use /dev/kvm",
    .run = run,
    .drivers = Drivers::kvm,
    .covers = "F52",
    .explain = "Whether the user that guests run as may use `/dev/kvm`, tried as that user.",
    .without_it = "`Could not access KVM kernel module: Permission denied`.",
    .mend = "the group of the device.",
};

}  // namespace onenode::checks
