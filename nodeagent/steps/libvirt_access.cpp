// Drivers run virsh as oneadmin, never as root: it must be in the groups that may use libvirt's socket and /dev/kvm.
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/steps/steps.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace onenode::steps {
namespace {

constexpr std::string_view kvm_device = "/dev/kvm";
constexpr std::string_view libvirt_group = "libvirt";  // whose members polkit lets in where the socket is open to all
constexpr std::array reads{kvm_device};

class Access {
public:
    explicit Access(const Facts& facts) : facts_(&facts)
    {
        if (const User* user = facts.user(oneadmin::name)) groups_ = user->groups;
    }

    void want(const Group* group, std::string_view why)
    {
        if (group == nullptr || group->gid == 0 || std::ranges::find(groups_, group->gid) != groups_.end()) return;
        groups_.push_back(group->gid);
        changes_.push_back(
            JoinGroup{.user = std::string{oneadmin::name}, .group = group->name, .why = std::string{why}});
    }

    [[nodiscard]] const Group* group_by_id(std::uint32_t gid) const
    {
        const auto found =
            std::ranges::find_if(facts_->groups, [gid](const auto& entry) { return entry.second.gid == gid; });
        return found != facts_->groups.end() ? &found->second : nullptr;
    }

    Changes changes() && { return std::move(changes_); }

private:
    const Facts* facts_;
    std::vector<std::uint32_t> groups_{};
    Changes changes_{};
};

Changes plan(const Facts& facts, const DesiredState& desired)
{
    if (desired.type == "lxc") return {};
    Access access{facts};
    const auto& libvirt = facts.libvirt;
    if (!libvirt.socket.empty()) {
        const bool open_to_all = (libvirt.socket_mode & S_IWOTH) != 0;
        access.want(open_to_all ? facts.group(libvirt_group) : access.group_by_id(libvirt.socket_gid),
                    "libvirt lets this group use " + libvirt.socket);
    }
    const FileFact* device = facts.file(kvm_device);
    if (desired.type == "kvm" && device != nullptr && (device->info.mode & S_IWOTH) == 0)
        access.want(access.group_by_id(device->info.gid), "virtual machines run as oneadmin and open /dev/kvm");
    return std::move(access).changes();
}

}  // namespace

constinit const Step libvirt_access{"libvirt-access", "oneadmin may use libvirt and KVM", reads, plan};

}  // namespace onenode::steps
