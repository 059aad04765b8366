// Drivers of datastores on LVM look for a volume group by its name; what LVM's own filters hide does not exist for them
// (F124). Devices are never added here: a devices file that was written anew hid other people's volumes before.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/core/gather.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace onenode::checks {
namespace {

constexpr std::string_view prefix = "vg-one-";
constexpr const char* backups = "/etc/lvm/backup";  // LVM's own, of each group that it changed from here
constexpr const char* devices_file = "/etc/lvm/devices/system.devices";
constexpr std::chrono::seconds limit{3};  // a datastore may be a mount of a dead server

bool is_number(std::string_view word)
{
    return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

std::vector<std::string> numbered(const HostView& host, const std::string& directory)
{
    auto names = host.list(directory).value_or(std::vector<std::string>{});
    std::erase_if(names, [](const std::string& name) { return !is_number(name); });
    return names;
}

// OpenNebula's drivers write their name into a datastore's .monitor.
Result<std::set<std::string>> groups_of_datastores(const HostView& host, const std::string& datastores)
{
    // No pipe of oneadmin's is waited for.
    std::vector<std::string> argv{"grep", "--devices=skip", "-l", "-s", "-e", "lvm", "--"};
    for (const auto& id : numbered(host, datastores))
        argv.push_back(fmt::format("{}/{}/.monitor", datastores, id));
    std::set<std::string> groups;
    if (argv.back() == "--") return groups;
    TRY_LET(const auto found, host.look({.argv = std::move(argv), .limit = limit}));
    for (const auto& line : one::split_lines(found.out)) {
        const std::string_view path = one::trim(line);
        const auto end = path.rfind('/');
        if (end == std::string_view::npos || end == 0) continue;
        const auto begin = path.rfind('/', end - 1) + 1;
        groups.insert(fmt::format("{}{}", prefix, path.substr(begin, end - begin)));
    }
    return groups;
}

// A group that this machine changed, where the datastore of its number is still here.
void add_known(const HostView& host, const std::string& datastores, std::set<std::string>& groups)
{
    const auto ids = numbered(host, datastores);
    for (const auto& name : host.list(backups).value_or(std::vector<std::string>{}))
        if (name.starts_with(prefix) && std::ranges::find(ids, name.substr(prefix.size())) != ids.end())
            groups.insert(name);
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto datastores = datastores_of(facts, host);
    auto wanted = groups_of_datastores(host, datastores);
    if (!wanted) return not_checked(wanted.error());
    add_known(host, datastores, *wanted);
    if (wanted->empty()) return not_needed("no datastore on LVM is in use here");
    if (!host.find_program("vgs"))
        return {missing(Severity::error, fmt::format("{} is in use here, and LVM is not installed", *wanted->begin()),
                        host, needed::lvm)};

    // --readonly: LVM otherwise mends its files about devices on the way.
    const auto seen = host.look({.argv = {"vgs", "--readonly", "--noheadings", "--options", "vg_name"}});
    if (!seen) return not_checked(seen.error());
    if (!seen->ok()) return not_checked("vgs: " + complaint_of(*seen), "vgs --readonly");
    const auto groups = one::split_words(seen->out);
    Findings findings;
    for (const auto& name : *wanted) {
        if (std::ranges::find(groups, name) != groups.end()) continue;
        findings.push_back(
            host.stat(devices_file)
                ? error(fmt::format("LVM does not see {}, a datastore's: its disk is not attached, or {} "
                                    "does not name it",
                                    name, devices_file),
                        "lsblk; the one that is missing: lvmdevices --adddev /dev/NAME", name)
                : error(fmt::format("LVM does not see {}, a datastore's: its disk is not attached, or a "
                                    "filter in /etc/lvm/lvm.conf hides it",
                                    name),
                        "lsblk; lvmconfig devices/filter devices/global_filter", name));
    }
    return findings;
}

}  // namespace

constinit const Check lvm_visibility{
    .id = "lvm-visibility",
    .title = "LVM sees the volume groups of datastores",
    .run = run,
    .object = "<volume group>",
    .covers = "F124",
    .explain = "Where drivers left word of LVM in a datastore (`.monitor`), or LVM has a backup of a `vg-one-` whose "
               "datastore is here: whether `vgs --readonly` shows the volume group `vg-one-ID`. A devices file "
               "(`/etc/lvm/devices/system.devices`) or a filter may hide it.",
    .without_it = "`Volume group \"vg-one-0\" not found`.",
    .mend = "attach the disk, or add the one device to LVM's devices file; never write that anew.",
};

}  // namespace onenode::checks
