// Booleans for disks that another machine serves, and the type of the datastores. A guest may use nothing else, whoever
// owns it. Labels of the files that we write are an effect of writing them (core/effects.cpp).
#include "nodeagent/steps/selinux.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/oneadmin.hpp"
#include "nodeagent/core/selinux.hpp"
#include "nodeagent/core/settings.hpp"
#include "nodeagent/steps/steps.hpp"

#include <algorithm>
#include <array>

namespace onenode::steps {
namespace {

struct Needed {
    std::string_view type;  // of file systems that begin so
    std::string_view boolean;
    std::string_view file;
};

constexpr std::array table{
    Needed{"nfs", "virt_use_nfs", "/sys/fs/selinux/booleans/virt_use_nfs"},
    Needed{"cifs", "virt_use_samba", "/sys/fs/selinux/booleans/virt_use_samba"},
    Needed{"smb3", "virt_use_samba", "/sys/fs/selinux/booleans/virt_use_samba"},
    Needed{"fuse", "virt_use_fusefs", "/sys/fs/selinux/booleans/virt_use_fusefs"},
};

constexpr std::string_view configuration = "/etc/selinux/config";
constexpr std::array<std::string_view, 8> reads{selinux::enforces, table[0].file,      table[1].file, table[3].file,
                                                configuration,     selinux::own_rules, mount_list,    semanage};

bool selinux_enforces(const Facts& facts)
{
    return one::trim(facts.text(selinux::enforces)) == "1";
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    if (desired.type == "lxc") return {};
    auto changes = want_booleans(facts);
    std::ranges::move(want_datastores_rule(facts), std::back_inserter(changes));
    return changes;
}

}  // namespace

std::vector<LockedOut> locked_out(const Facts& facts)
{
    std::vector<LockedOut> found;
    if (!selinux_enforces(facts)) return found;
    const auto all = mounts_in(facts.text(mount_list));
    for (const auto& needed : table) {
        const auto mount = std::ranges::find_if(all, [&needed](const Mount& one) {
            return is_at_or_below(one.point, oneadmin::home) && one.type.starts_with(needed.type);
        });
        const bool is_off = facts.text(needed.file).starts_with('0');  // empty where the policy does not know it
        if (mount == all.end() || !is_off) continue;
        if (std::ranges::find(found, needed.boolean, &LockedOut::boolean) == found.end())
            found.push_back({*mount, needed.boolean});
    }
    return found;
}

bool lacks_datastores_rule(const Facts& facts)
{
    const auto policy = setting_in(facts.text(configuration), "SELINUXTYPE");
    return selinux_enforces(facts) && policy == "targeted" &&
           selinux::own_type_in(facts.text(selinux::own_rules), facts.datastores) != image_type;
}

Changes want_booleans(const Facts& facts)
{
    Changes changes;
    for (const auto& [mount, boolean] : locked_out(facts))
        changes.emplace_back(
            SetBoolean{.name = std::string{boolean},
                       .why = "guests may use their disks under " + mount.point + " (" + mount.type + ")"});
    return changes;
}

Changes want_datastores_rule(const Facts& facts)
{
    const bool is_somebodys = !selinux::own_type_in(facts.text(selinux::own_rules), facts.datastores).empty();
    if (!lacks_datastores_rule(facts) || is_somebodys || facts.file(semanage) == nullptr) return {};
    return {LabelFiles{
        .tree = facts.datastores, .type = std::string{image_type}, .why = "guests may use what is labelled so"}};
}

constinit const Step selinux{"selinux", "SELinux lets guests use their disks", reads, plan};

}  // namespace onenode::steps
