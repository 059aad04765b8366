// The front-end writes drivers to /var/tmp/one as oneadmin, monitoring its data to /var/tmp/one_db: both must be
// oneadmin's.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/repairs.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <array>

namespace onenode::checks {
namespace {

struct Place {
    std::string_view path;
    std::string_view object;
};

constexpr std::array places{Place{"/var/tmp/one", "drivers"}, Place{"/var/tmp/one_db", "data"}};

std::string reason_against(const FileInfo& info, std::uint32_t uid)
{
    if (info.kind == FileKind::symlink) return "is a symbolic link: somebody may have put it there to lead root astray";
    if (info.kind != FileKind::directory) return "is not a directory";
    if (info.uid != uid)
        return info.uid == 0 ? std::string{"belongs to root, not to oneadmin"}
                             : fmt::format("belongs to uid {}, not to oneadmin", info.uid);
    if ((info.mode & S_IRWXU) != S_IRWXU)
        return fmt::format("is mode {:04o}: oneadmin itself cannot work in it", info.mode);
    return (info.mode & S_IWOTH) != 0 ? fmt::format("is mode {:04o}: anybody could change what root may run", info.mode)
                                      : std::string{};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    const std::uint32_t uid = user != nullptr ? user->uid : oneadmin::id;
    Findings findings;
    for (const auto& place : places) {
        const auto info = host.stat(place.path);
        if (!info) continue;
        if (const auto reason = reason_against(*info, uid); !reason.empty())
            findings.push_back(error(fmt::format("{} {}", place.path, reason),
                                     fmt::format("rm -rf {}  # the front-end brings everything again", place.path),
                                     std::string{place.object}));
    }
    return findings;
}

// Only what oneadmin made too wide or too narrow. What others own may hold anything: it is removed by a person, and
// brought again.
Changes fix(const Facts& facts, const HostView& host, const CheckContext&)
{
    const User* user = facts.user(oneadmin::name);
    Changes changes;
    for (const auto& place : places) {
        const auto info = host.stat(place.path);
        if (user == nullptr || !info || info->kind != FileKind::directory || info->uid != user->uid) continue;
        const std::uint32_t fit = (info->mode & ~std::uint32_t{S_IWOTH}) | S_IRWXU;
        if (info->mode == fit) continue;
        changes.push_back(with_mode(std::string{place.path}, *info, fit,
                                    "oneadmin works in it, and nobody else changes what root may run"));
    }
    return changes;
}

}  // namespace

constinit const Check remotes_dir_perms{
    .id = "remotes-dir-perms",
    .title = "the drivers' directories are oneadmin's, if they exist",
    .run = run,
    .fix = fix,
    .object = "<drivers|data>",
    .covers = "F100",
    .explain = "Whether `/var/tmp/one` (drivers) and `/var/tmp/one_db` (monitoring's data) are oneadmin's directories, "
               "if they exist; not root's, not a symbolic link, not open to all, not closed to oneadmin.",
    .without_it = "`Could not update remotes`.",
    .mend = "remove it; the front-end brings everything again.",
};

}  // namespace onenode::checks
