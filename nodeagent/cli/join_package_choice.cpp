// Which versions: OpenNebula's own packages are of the front-end's, or of its release; all others as the distribution
// has them.
#include "nodeagent/cli/join.hpp"

#include "common/text/words.hpp"
#include "nodeagent/core/packages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace onenode::cli {
namespace {

constexpr std::string_view own = "opennebula-";
// What comes along with OpenNebula's own and has to be of the same version; a tool left alone takes the newest.
constexpr std::array companions{"opennebula-common", "opennebula-common-onecfg"};

// "7.4.0" of "7.4.0-1" and of "1:7.4.0-1".
std::string_view upstream(std::string_view version)
{
    version.remove_prefix(version.find(':') == std::string_view::npos ? 0 : version.find(':') + 1);
    return version.substr(0, version.find('-'));
}

std::string_view release_of(std::string_view version)
{
    const auto dot = version.find('.');
    return dot == std::string_view::npos ? version : version.substr(0, version.find('.', dot + 1));
}

// The very version, else another one of its release.
const std::string* fitting(const std::vector<std::string>& offered, const std::string& wanted)
{
    const auto same = std::ranges::find_if(offered, [&](const auto& one) { return upstream(one) == wanted; });
    if (same != offered.end()) return &*same;
    const auto near =
        std::ranges::find_if(offered, [&](const auto& one) { return release_of(upstream(one)) == release_of(wanted); });
    return near != offered.end() ? &*near : nullptr;
}

Error wrong_version(const std::string& name, const std::vector<std::string>& offered, const std::string& wanted)
{
    if (wanted.empty())
        return {.kind = ErrorKind::unreachable,
                .thing = name,
                .reason = "it has to be of the front-end's version, and oned does not tell that just now",
                .next = "start oned on the front-end, then run the same command again",
                .doing = "install"};
    return {.kind = ErrorKind::conflict,
            .thing = name,
            .reason = fmt::format("the front-end is OpenNebula {}, and this machine's repositories offer {}", wanted,
                                  one::join(offered, ", ")),
            .next = fmt::format("set up OpenNebula's repository for {}, then run the same command again",
                                release_of(wanted)),
            .doing = "install"};
}

// Empty where no repository has them: the distribution's packages are worth having all the same.
Result<Names> own_packages(World& world, const std::string& tool, const Names& names, const std::string& wanted)
{
    Names chosen;
    for (const auto& name : names) {
        TRY_LET(const auto offered, packages::offered(*world.host, tool, name));
        if (offered.empty()) {
            world.terminal->warn("opennebula-repository",
                                 fmt::format("no repository of this machine offers {}: it is left out", name),
                                 fmt::format("set up OpenNebula's repository{}{}, then run the same command again",
                                             wanted.empty() ? "" : " for ", release_of(wanted)));
            return Names{};
        }
        const auto* version = fitting(offered, wanted);
        if (version == nullptr || wanted.empty()) return one::fail(wrong_version(name, offered, wanted));
        chosen.push_back(fmt::format("{}={}", name, *version));
    }
    for (const auto* name : companions) {
        if (chosen.empty()) break;
        TRY_LET(const auto offered, packages::offered(*world.host, tool, name));
        if (const auto* version = fitting(offered, wanted)) chosen.push_back(fmt::format("{}={}", name, *version));
    }
    return chosen;
}

}  // namespace

Result<InstallPackages> choose_packages(World& world, const std::string& tool, const Names& names,
                                        const std::string& opennebula)
{
    InstallPackages change{.tool = tool, .why = "OpenNebula's drivers and probes need them"};
    Names ours;
    for (const auto& name : names)
        (name.starts_with(own) ? ours : change.packages).push_back(name);
    TRY_LET(auto chosen, own_packages(world, tool, ours, opennebula));
    for (auto& one : chosen)
        change.packages.push_back(std::move(one));
    return change;
}

}  // namespace onenode::cli
