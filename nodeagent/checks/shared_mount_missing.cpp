// Where a datastore's file system is not mounted, guests write into the empty directory below it, and their disks are
// hidden once it is mounted (F118).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/core/gather.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr const char* home = "/var/lib/one";
constexpr std::chrono::seconds limit{3};  // what a link leads to may be a mount of a dead server

// Points of /etc/fstab in or under our directories that are to be mounted at boot.
std::vector<std::string> expected(const HostView& host, const std::string& datastores)
{
    std::vector<std::string> points;
    for (const auto& line : active_lines(host.read("/etc/fstab").value_or(""))) {
        const auto words = one::split_words(line);
        if (words.size() < 2) continue;
        auto point = unescaped(words[1]);
        while (point.size() > 1 && point.ends_with('/'))
            point.pop_back();
        const auto options = words.size() > 3 ? fmt::format(",{},", words[3]) : std::string{};
        if (options.find(",noauto,") != std::string::npos) continue;
        if (is_at_or_below(point, home) || is_at_or_below(point, datastores)) points.push_back(std::move(point));
    }
    return points;
}

Findings dangling_links(const HostView& host, const std::string& datastores)
{
    Findings findings;
    for (const auto& name : host.list(datastores).value_or(std::vector<std::string>{})) {
        const auto path = fmt::format("{}/{}", datastores, name);
        const auto target = host.read_link(path);
        if (!target) continue;
        const auto answer = host.look({.argv = {"test", "-d", path}, .limit = limit});
        if (!answer || answer->ok()) continue;
        findings.push_back(error(fmt::format("{} leads to {}, which does not exist", path, *target),
                                 fmt::format("findmnt -T {}  # mount what belongs there", *target), name));
    }
    return findings;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const auto all = mounts(host);
    const auto datastores = datastores_of(facts, host);
    const auto points = expected(host, datastores);
    if (!points.empty() && all.empty()) return not_checked("/proc does not tell what is mounted");
    Findings findings;
    for (const auto& point : points)
        if (std::ranges::find(all, point, &Mount::point) == all.end())
            findings.push_back(
                error(fmt::format("{} is in /etc/fstab and not mounted: guests would write below it", point),
                      fmt::format("mount {}", point)));
    const auto below = mount_of(all, datastores);
    if (below && is_remote(below->type)) return findings;  // a dead server would hold us: see nfs-stale
    std::ranges::move(dangling_links(host, datastores), std::back_inserter(findings));
    return findings;
}

}  // namespace

constinit const Check shared_mount_missing{
    .id = "shared-mount-missing",
    .title = "file systems of datastores are mounted",
    .run = run,
    .covers = "F118",
    .explain = "Whether file systems that `/etc/fstab` puts at or below `/var/lib/one` and the place of "
               "the datastores are mounted, and links in the "
               "datastores' directory lead somewhere.",
    .without_it = "guests write into the empty directory below, and their disks are hidden when it is mounted.",
    .mend = "mount it.",
};

}  // namespace onenode::checks
