// Ids, block devices and namespaces. A file that OpenNebula's package brings is not said twice.
#include "nodeagent/steps/containers.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"
#include "nodeagent/steps/attributes.hpp"
#include "nodeagent/steps/drop_ins.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace onenode::steps {
namespace {

constexpr std::string_view load_directory = "/etc/modules-load.d";
constexpr std::string_view options_directory = "/etc/modprobe.d";
constexpr std::string_view sysctl_directory = "/etc/sysctl.d";
constexpr std::string_view package_modules = "/etc/modules-load.d/opennebula-node-lxc.conf";
constexpr std::string_view package_options = "/etc/modprobe.d/opennebula-node-lxc.conf";
constexpr std::string_view our_modules = "/etc/modules-load.d/onenode-lxc.conf";
constexpr std::string_view our_options = "/etc/modprobe.d/onenode-lxc.conf";
constexpr std::string_view our_sysctl = "/etc/sysctl.d/zz-onenode-user-namespaces.conf";
constexpr std::array reads{subid_files[0],  subid_files[1],    containers_directory, user_namespaces,
                           load_directory,  options_directory, sysctl_directory,     package_modules,
                           package_options, our_modules,       our_options,          our_sysctl};

// root:600100001:65536
bool is_roots(std::string_view line)
{
    const auto colon = line.find(':');
    const auto second = line.find(':', colon + 1);
    if (colon == std::string_view::npos || second == std::string_view::npos) return false;
    const auto who = line.substr(0, colon);
    const auto first = one::to_number<long long>(line.substr(colon + 1, second - colon - 1));
    const auto count = one::to_number<long long>(line.substr(second + 1));
    return (who == "root" || who == "0") && first && count && *first <= first_container_id && *count >= container_ids &&
           *first >= first_container_id + container_ids - *count;
}

Changes plan(const Facts& facts, const DesiredState& desired)
{
    if (desired.type != "lxc") return {};
    auto changes = want_container_ids(facts);
    for (auto more : {want_container_modules(facts), want_user_namespaces(facts)})
        std::ranges::move(more, std::back_inserter(changes));
    if (facts.file(containers_directory) == nullptr)
        want_directory(changes, facts, containers_directory, 0751, "the driver mounts containers' disks there");
    return changes;
}

}  // namespace

bool root_owns_container_ids(std::string_view subids)
{
    return std::ranges::any_of(one::split_lines(subids),
                               [](std::string_view line) { return is_roots(one::trim(line)); });
}

// A plain line: useradd and usermod sort the file, and would tear lines of ours from the comments around them.
Changes want_container_ids(const Facts& facts)
{
    Changes changes;
    for (const auto path : subid_files) {
        const auto text = facts.text(path);
        if (root_owns_container_ids(text)) continue;
        const auto line = fmt::format("root:{}:{}", first_container_id, container_ids);
        const FileFact* there = facts.file(path);
        const bool open_end = !text.empty() && text.back() != '\n';
        changes.push_back(WriteFile{.path = std::string{path},
                                    .text = fmt::format("{}{}{}\n", text, open_end ? "\n" : "", line),
                                    .mode = there != nullptr ? there->info.mode : 0644,
                                    .owner = there != nullptr ? there->owner : "root",
                                    .group = there != nullptr ? there->group : "root",
                                    .line = line,
                                    .why = "OpenNebula's driver gives these ids to containers"});
    }
    return changes;
}

Changes want_container_modules(const Facts& facts)
{
    Changes changes;
    if (!facts.file(package_options) && facts.file(options_directory))
        want_file(changes, facts,
                  module_options_drop_in("lxc", {"nbd nbds_max=256"},
                                         "each qcow2 disk of a container takes a device, and nbd makes 16"));
    if (!facts.file(package_modules) && facts.file(load_directory))
        want_file(changes, facts,
                  modules_drop_in("lxc", {"loop", "nbd"}, "containers need their devices, also after a reboot"));
    return changes;
}

Changes want_user_namespaces(const Facts& facts)
{
    Changes changes;
    if (one::trim(facts.text(user_namespaces)) == "0" && facts.file(sysctl_directory))
        want_file(changes, facts,
                  sysctl_drop_in("user-namespaces", {"user.max_user_namespaces = 65536"},
                                 "each container lives in a user namespace, and none is allowed here"));
    return changes;
}

constinit const Step containers{"containers", "containers can be started", reads, plan};

}  // namespace onenode::steps
