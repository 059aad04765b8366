// Nobody can say what else uses a package by now: it stays, and is named with the command that would remove it.
#include "nodeagent/core/undo_change.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/packages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {

Outcome undo_packages(const HostView& host, const BeforePackages& before, const InstallPackages& change)
{
    auto ours = change.packages;
    std::erase_if(ours, [&before](const std::string& package) {
        return std::ranges::find(before.present, package) != before.present.end();
    });
    if (const auto still = packages::installed(host, change.tool, ours)) ours = *still;
    if (ours.empty()) return std::nullopt;
    for (auto& package : ours)
        package.resize(std::min(package.find('='), package.size()));
    return Kept{.thing = fmt::format("{} {}", ours.size() == 1 ? "package" : "packages", one::join(ours, ", ")),
                .reason =
                    fmt::format("installed for the join; to remove: {} remove {}", change.tool, one::join(ours, " "))};
}

}  // namespace onenode
