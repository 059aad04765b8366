// A bare machine lacks a dozen packages, and each check knows only its own: a person is told once, with one command.
#include "nodeagent/cli/join.hpp"

#include "common/text/words.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/core/packages.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

constexpr const char* id = "packages";

void add(Names& names, const Names& more)
{
    for (const auto& name : more)
        if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

bool is_missing(const Report& report, const JoinOptions& options)
{
    const auto& found = report.finding;
    return found.severity >= Severity::warning && !found.packages.empty() && !is_ignored(report, options.ignore);
}

// What could not be looked at: nobody knows whether it is there, but for the package manager.
Names perhaps_missing(const Report& report, const JoinOptions& options, const HostView& host)
{
    if (report.finding.severity != Severity::not_checked || is_ignored(report, options.ignore)) return {};
    auto names = report.finding.packages;
    const auto tool = packages::tool_of(host);
    if (!tool || names.empty()) return names;
    const auto there = packages::installed(host, *tool, names);
    if (!there) return names;
    std::erase_if(names, [&there](const auto& name) { return std::ranges::find(*there, name) != there->end(); });
    return names;
}

}  // namespace

Names missing_packages(const JoinOptions& options, const HostView& host, const Reports& reports)
{
    Names names;
    for (const auto& report : reports)
        if (is_missing(report, options)) add(names, report.finding.packages);
    if (names.empty()) return names;
    for (const auto& report : reports)
        add(names, perhaps_missing(report, options, host));
    return names;
}

Reports with_packages_as_one(const JoinOptions& options, const HostView& host, Reports reports, const Names& packages)
{
    Report all{.id = id, .check = id};
    std::string lines;
    for (const auto& report : reports) {
        if (!is_missing(report, options)) continue;
        all.finding.severity = std::max(all.finding.severity, report.finding.severity);
        lines += fmt::format("\n{}: {}", report.id, report.finding.message);
    }
    const auto first = std::ranges::find_if(reports, [&](const Report& one) { return is_missing(one, options); });
    if (first == reports.end()) return reports;
    if (!options.install_packages && first->finding.packages == packages) return reports;  // it says all itself

    all.finding.message = fmt::format("{} missing: {}{}", packages.size() == 1 ? "a package is" : "packages are",
                                      one::join(packages, ", "), lines);
    all.finding.fix = "the same command with --install-packages, or by hand: " + checks::install_named(host, packages);
    if (std::ranges::any_of(packages, [](const auto& name) { return name.starts_with("opennebula-"); }))
        all.finding.fix +=
            "\nOpenNebula's own come from its repository, in the front-end's version; where this machine has "
            "none, --install-packages adds the one that the front-end names";
    all.finding.packages = packages;
    if (options.install_packages) all.finding = {.message = "to be installed: " + one::join(packages, ", ")};
    *first = std::move(all);
    std::erase_if(reports, [&](const Report& one) { return is_missing(one, options) && one.id != id; });
    return reports;
}

Reports what_cannot_wait(const World& world, Reports reports)
{
    std::erase_if(reports, [&world](const Report& report) {
        const auto check = std::ranges::find(world.preflight, report.check, &Check::id);
        return report.check != id && (check == world.preflight.end() || !(*check)->data_loss);
    });
    return reports;
}

}  // namespace onenode::cli
