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

constexpr const char* package = "opennebula-rubygems";  // on every kind of node, and what drivers load

std::string version_of_package(const HostView& host)
{
    const bool debian = family_of(host) == Family::debian;
    const auto output =
        host.look({.argv = debian ? std::vector<std::string>{"dpkg-query", "-W", "-f", "${Version}", package}
                                  : std::vector<std::string>{"rpm", "-q", "--qf", "%{VERSION}", package}});
    return output && output->ok() ? std::string{one::trim(output->out)} : std::string{};
}

// "7.4" of "7.4.0" and of "7.4.0-1".
std::string release_of(const std::string& version)
{
    const auto dot = version.find('.');
    if (dot == std::string::npos) return {};
    return version.substr(0, version.find_first_not_of("0123456789", dot + 1));
}

Finding different(const HostView& host, const CheckContext& context, const packages::OtherVersion& other)
{
    const auto message =
        fmt::format("the front-end is OpenNebula {}, and {} here is {}", other.there, other.package, other.here);
    if (other.newer_here)
        return warning(message, fmt::format("upgrade the front-end to {}: packages here are not downgraded",
                                            packages::upstream(other.here)));
    const auto names = one::join(names_of(host, needed::node_package(context.type)), " ");
    return warning(message, fmt::format("onenode join --install-packages, or by hand: {}  # from the repository of {}",
                                        install_named(host, {names}), one::wire::release_of(other.there)));
}

// What the front-end says of itself counts; its drivers follow with the next copy.
Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (const auto other = packages::other_version(host, context.opennebula)) return {different(host, context, *other)};
    const auto text = host.read("/var/tmp/one/VERSION");
    if (!text || !context.opennebula.empty()) return {};  // no front-end was here yet, or it told more itself
    const auto lines = one::split_lines(one::trim(*text));
    const std::string drivers{lines.empty() ? "" : one::trim(lines.back())};
    const auto installed = version_of_package(host);
    if (installed.empty() || release_of(drivers).empty() || release_of(drivers) == release_of(installed)) return {};
    return {warning(
        fmt::format("the front-end's drivers are of OpenNebula {}, and {} here is {}", drivers, package, installed),
        fmt::format("{}  # from the repository of {}", install(host, {package, package}), release_of(drivers)))};
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
    .mend = "`onenode join --install-packages`, also on a joined machine: it upgrades with the same care as it "
            "installs, and "
            "downgrades nothing. "
            "`--fix` does the same where the join installed packages.",
};

}  // namespace onenode::checks
