// Room and the right to write where joining, drivers and monitoring write.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include "common/text/size.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::checks {
namespace {

constexpr std::uint64_t mega = 1 << 20;

struct Need {
    std::string_view path;
    std::uint64_t bytes;
    std::uint64_t inodes;
};

constexpr std::array needs{
    Need{"/etc", mega, 50},
    Need{"/var/lib", 16 * mega, 100},
    Need{"/var/tmp", 64 * mega, 3000},  // the drivers of OpenNebula 7.4.0 are some 1500 files
    Need{"/tmp", mega, 50},             // locks and pids of drivers
    Need{"/run", mega, 50},
};

enum class Trouble { none, read_only, bytes, inodes };

Trouble trouble_of(const FileSystem& system, const Need& need)
{
    if (system.read_only) return Trouble::read_only;
    if (system.free_bytes < need.bytes) return Trouble::bytes;
    return system.free_inodes < need.inodes ? Trouble::inodes : Trouble::none;
}

struct Group {  // directories with the same trouble, most likely on one file system
    Trouble trouble = Trouble::none;
    FileSystem system{};
    std::vector<std::string> paths{};
    std::uint64_t bytes = 0;  // that all of them need
    std::uint64_t inodes = 0;
};

std::vector<Group> groups_of(const HostView& host)
{
    std::vector<Group> groups;
    for (const auto& need : needs) {
        const auto system = host.file_system(need.path);
        if (!system) continue;
        const auto trouble = trouble_of(*system, need);
        if (trouble == Trouble::none) continue;
        auto group = std::ranges::find_if(
            groups, [&](const Group& one) { return one.trouble == trouble && one.system == *system; });
        if (group == groups.end()) group = groups.insert(group, {.trouble = trouble, .system = *system});
        group->paths.emplace_back(need.path);
        group->bytes += need.bytes;
        group->inodes += need.inodes;
    }
    return groups;
}

std::string amount(std::uint64_t number, const std::string& text)
{
    return number == 0 ? "nothing" : text;
}

Finding finding_of(const Group& group)
{
    const auto paths = fmt::format("{}", fmt::join(group.paths, ", "));
    const auto& first = group.paths.front();
    switch (group.trouble) {
    case Trouble::read_only:
        return error(fmt::format("{} cannot be written: mounted read-only", paths),
                     fmt::format("mount -o remount,rw \"$(findmnt -n -o TARGET -T {})\"", first));
    case Trouble::inodes:
        return error(fmt::format("too few inodes in {}: joining needs {}, {} is free", paths, group.inodes,
                                 amount(group.system.free_inodes, std::to_string(group.system.free_inodes))),
                     fmt::format("df -i {}  # many small files; remove some", first));
    case Trouble::bytes:
    case Trouble::none: break;
    }
    return error(
        fmt::format("too little room in {}: joining needs {}, {} is free", paths, one::size_to_text(group.bytes) + "B",
                    amount(group.system.free_bytes, one::size_to_text(group.system.free_bytes) + "B")),
        fmt::format("du -xh --max-depth=3 \"$(findmnt -n -o TARGET -T {})\" | sort -h | tail  # what takes the room",
                    first));
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    Findings findings;
    for (const auto& group : groups_of(host))
        findings.push_back(finding_of(group));
    return findings;
}

}  // namespace

constinit const Check fs_full_or_read_only{
    .id = "fs-full-or-read-only",
    .title = "there is room, and it may be written",
    .run = run,
    .covers = "F98",
    .explain = "Room (bytes and inodes) and the right to write in `/etc`, `/var/lib`, `/var/tmp`, `/tmp` and `/run`. "
               "Directories on the same file system are named together.",
    .without_it = "`Could not update remotes`, or a monitoring client that dies at once.",
    .mend = "make room, or remount read-write.",
};

}  // namespace onenode::checks
