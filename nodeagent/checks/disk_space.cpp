// Room for guests, not only for joining (F121).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/core/gather.hpp"

#include "common/text/size.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

constexpr std::uint64_t mega = 1 << 20;
constexpr std::uint64_t giga = 1024 * mega;

struct Need {
    std::string path;
    std::uint64_t bytes;
    std::string_view what;
    std::string_view object;
};

Findings run(const Facts& facts, const HostView& host, const CheckContext&)
{
    const std::array needs{
        Need{datastores_of(facts, host), 20 * giga, "disks of guests", "datastores"},
        Need{"/var/log", 512 * mega, "logs of guests and of monitoring", "log"},
    };
    const auto all = mounts(host);
    Findings findings;
    for (const auto& need : needs) {
        const auto mount = mount_of(all, need.path);
        if (mount && is_remote(mount->type)) continue;  // another machine's room; and it might not answer
        const auto system = host.file_system(need.path);
        if (!system || is_remote(system->type) || system->free_bytes >= need.bytes) continue;
        if (system->type == "overlay" || system->type == "tmpfs")
            return not_checked(fmt::format("{} is on no disk of its own ({}): a container's, or a live system's",
                                           need.path, system->type));
        findings.push_back(warning(fmt::format("{}B are free in {}, which is little for {}",
                                               one::size_to_text(system->free_bytes), need.path, need.what),
                                   fmt::format("df -h {0} && du -xh --max-depth=2 {0} | sort -h | tail", need.path),
                                   std::string{need.object}));
    }
    return findings;
}

}  // namespace

constinit const Check disk_space{
    .id = "disk-space",
    .title = "there is room for guests",
    .run = run,
    .severity = Severity::warning,
    .object = "<datastores|log>",
    .covers = "F121",
    .explain = "Whether there is room for guests (20 GiB) and for logs (512 MiB) on this machine's own disks.",
    .without_it = "`No space left on device` in the middle of a copy, and guests that stop on their first write.",
    .mend = "make room.",
};

}  // namespace onenode::checks
