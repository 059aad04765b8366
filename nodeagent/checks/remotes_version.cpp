// The front-end brings its drivers along; OpenNebula's packages on this machine must be of the same release (F102).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/needed.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/core/packages.hpp"

#include "common/text/words.hpp"
#include "common/wire/repository.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

using one::wire::release_of;

Finding different(const HostView& host, const CheckContext& context, const packages::OtherVersion& other)
{
    const auto message =
        fmt::format("the front-end is OpenNebula {}, and {} here is {}", other.there, other.package, other.here);
    if (other.newer_here)
        return warning(message, fmt::format("upgrade the front-end to {}: packages here are not downgraded",
                                            packages::upstream(other.here)));
    const auto names = one::join(names_of(host, needed::node_package(context.type)), " ");
    return warning(message, fmt::format("onenode join --install-packages, or by hand: {}  # from the repository of {}",
                                        install_named(host, {names}), release_of(other.there)));
}

// What the front-end says of itself counts; its drivers follow with the next copy.
Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (const auto other = packages::other_version(host, context.opennebula)) return {different(host, context, *other)};
    const auto text = host.read("/var/tmp/one/VERSION");
    if (!text || !context.opennebula.empty()) return {};  // no front-end was here yet, or it told more itself
    const auto lines = one::split_lines(one::trim(*text));
    const std::string drivers{lines.empty() ? "" : one::trim(lines.back())};
    const auto installed = packages::version_here(host);
    if (!installed || drivers.find('.') == std::string::npos) return {};
    const auto release = release_of(drivers);
    if (release == release_of(packages::upstream(*installed))) return {};
    constexpr auto package = packages::on_every_node;
    return {warning(
        fmt::format("the front-end's drivers are of OpenNebula {}, and {} here is {}", drivers, package, *installed),
        fmt::format("{}  # from the repository of {}", install(host, {package, package}), release))};
}

}  // namespace

constinit const Check remotes_version{
    .id = "remotes-version",
    .title = "packages here are of the front-end's version",
    .run = run,
    .severity = Severity::warning,
    .covers = "F102",
    .explain =
        "Whether OpenNebula's package here is of the version that the front-end tells of itself; of a machine that is "
        "not joined, whether it is of the release of the drivers under `/var/tmp/one`.",
    .without_it = "probes and drivers of one version use files of another: errors at monitoring or at the first guest.",
    .mend = "`onenode join --install-packages`, also on a joined machine: it upgrades with the same care as it "
            "installs, and "
            "downgrades nothing. "
            "`--fix` does the same where the join installed packages.",
};

}  // namespace onenode::checks
