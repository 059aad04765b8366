// Which versions, and from where: OpenNebula's own packages are of the front-end's, or of its release, from this machine's
// repositories, or, where those have none at all, from the one that the front-end names; all others as the distribution
// has them.
#include "nodeagent/cli/join.hpp"

#include "common/text/words.hpp"
#include "common/wire/repository.hpp"
#include "nodeagent/core/packages.hpp"
#include "nodeagent/core/repository.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <optional>

namespace onenode::cli {
namespace {

using one::wire::release_of;
using Offered = std::function<Result<std::vector<std::string>>(const std::string& name)>;

constexpr std::string_view own = "opennebula-";
// What comes along with OpenNebula's own and has to be of the same version; a tool left alone takes the newest.
constexpr std::array companions{"opennebula-common", "opennebula-common-onecfg"};

// The very version, else another one of its release.
const std::string* fitting(const std::vector<std::string>& offered, const std::string& wanted)
{
    const auto same = std::ranges::find_if(offered, [&](const auto& one) { return packages::upstream(one) == wanted; });
    if (same != offered.end()) return &*same;
    const auto near = std::ranges::find_if(
        offered, [&](const auto& one) { return release_of(packages::upstream(one)) == release_of(wanted); });
    return near != offered.end() ? &*near : nullptr;
}

Error of_unknown_version(const std::string& name)
{
    return {.kind = ErrorKind::unreachable,
            .thing = name,
            .reason = "it has to be of the front-end's version, and oned does not tell that just now",
            .next = "start oned on the front-end, then run the same command again",
            .doing = "install"};
}

Error of_old_lists(const std::string& name, const Error& why)
{
    return {.kind = why.kind,
            .thing = name,
            .reason = fmt::format("no repository of this machine is known to offer it, and their lists are not up to "
                                  "date: {}",
                                  why.reason),
            .next = why.next,
            .doing = "install"};
}

struct Choice {
    Names packages{};                  // "name=version"; empty where not all are offered in a version that fits
    std::string missing{};             // the first one that is not
    std::vector<std::string> there{};  // the versions that it is offered in
    bool is_offered = false;           // one of them, in any version
};

Error wrong_version(const Choice& choice, const std::string& wanted, const std::string& who)
{
    return {.kind = ErrorKind::conflict,
            .thing = choice.missing,
            .reason = fmt::format("the front-end is OpenNebula {}, and {} {}", wanted, who,
                                  choice.there.empty() ? "no such package" : one::join(choice.there, ", ")),
            .next = fmt::format("set up OpenNebula's repository for {}, then run the same command again",
                                release_of(wanted)),
            .doing = "install"};
}

Error of_own_repository(const Choice& choice, const std::string& wanted, const std::optional<packages::Source>& named)
{
    auto error = wrong_version(choice, wanted, "this machine's repositories offer");
    if (named)
        error.next = fmt::format("set up OpenNebula's repository for {} here, or take this machine's own away to have "
                                 "the one that the front-end names ({}); then run the same command again",
                                 release_of(wanted), named->address);
    return error;
}

Result<Choice> choose(const Offered& offered, const Names& names, const std::string& wanted)
{
    Choice choice;
    for (const auto& name : names) {
        TRY_LET(auto versions, offered(name));
        const auto* version = wanted.empty() ? nullptr : fitting(versions, wanted);
        choice.is_offered = choice.is_offered || !versions.empty();
        if (version != nullptr) choice.packages.push_back(fmt::format("{}={}", name, *version));
        if (version != nullptr || !choice.missing.empty()) continue;
        choice.missing = name;
        choice.there = std::move(versions);
    }
    if (!choice.missing.empty()) {
        choice.packages.clear();
        return choice;
    }
    for (const auto* name : companions) {
        TRY_LET(const auto versions, offered(name));
        if (const auto* version = fitting(versions, wanted))
            choice.packages.push_back(fmt::format("{}={}", name, *version));
    }
    return choice;
}

Result<Choice> try_source(Host& host, const packages::Source& source, const Names& names, const std::string& wanted)
{
    TRY(packages::try_out(host, source, places::run_dir));
    return choose([&](const std::string& name) { return packages::offered_by(host, source, places::run_dir, name); },
                  names, wanted);
}

/// From the repository that the front-end names: what is not offered there, or not signed by its key, is an error.
Result<Names> from_source(Host& host, const packages::Source& source, const Names& names, const std::string& wanted)
{
    const auto choice = try_source(host, source, names, wanted);
    TRY(packages::end_trial(host, source, places::run_dir));
    if (!choice) return one::fail(choice.error());
    if (choice->missing.empty()) return choice->packages;
    return one::fail(
        wrong_version(*choice, wanted, fmt::format("the repository that it names ({}) offers", source.address)));
}

void tell(Terminal& terminal, const packages::Source& source)
{
    Names fingerprints;
    for (const auto& key : source.signers)
        fingerprints.push_back(key.fingerprint);
    terminal.say("the front-end names OpenNebula's repository: " + in_words(source),
                 {{"repository", source.address}, {"signers", fingerprints}});
}

/// Without them where no repository has them: the distribution's packages are worth having all the same.
Result<> choose_own(World& world, const PackageWishes& wishes, const Names& names, const Result<>& refreshed,
                    PackagePlan& plan)
{
    Host& host = *world.host;
    const auto& wanted = wishes.opennebula;
    const auto& tool = plan.install.tool;
    auto& chosen = plan.install.packages;
    TRY_LET(const auto choice,
            choose([&](const std::string& name) { return packages::offered(host, tool, name); }, names, wanted));
    if (choice.missing.empty()) {
        chosen.insert(chosen.end(), choice.packages.begin(), choice.packages.end());
        return {};
    }
    TRY_LET(const auto source, packages::source_for(host, tool, wishes.repository));
    if (wanted.empty() && (source || choice.is_offered)) return one::fail(of_unknown_version(choice.missing));
    // Who chose a repository for this machine did not choose the front-end's. Once a join added that, it offers them, too.
    if (choice.is_offered && !(source && packages::is_added(host, tool)))
        return one::fail(of_own_repository(choice, wanted, source));
    if (!source) {
        world.terminal->warn("opennebula-repository",
                             fmt::format("no repository of this machine offers {}, and the front-end names none: it is "
                                         "left out",
                                         choice.missing),
                             fmt::format("set up OpenNebula's repository{}{}, then run the same command again",
                                         wanted.empty() ? "" : " for ", release_of(wanted)));
        return {};
    }
    if (!refreshed) return one::fail(of_old_lists(choice.missing, refreshed.error()));
    tell(*world.terminal, *source);
    if (wishes.dry_run) {  // which fetches nothing
        plan.not_offered_yet = names;
    } else {
        TRY_LET(plan.not_offered_yet, from_source(host, *source, names, wanted));
    }
    plan.repository = packages::to_add(host, *source);
    return {};
}

}  // namespace

Result<PackagePlan> choose_packages(World& world, const PackageWishes& wishes, const std::string& tool,
                                    const Result<>& refreshed)
{
    PackagePlan plan{.install = {.tool = tool, .why = "OpenNebula's drivers and probes need them"}};
    Names ours;
    for (const auto& name : wishes.names)
        (name.starts_with(own) ? ours : plan.install.packages).push_back(name);
    if (!ours.empty()) TRY(choose_own(world, wishes, ours, refreshed, plan));
    return plan;
}

}  // namespace onenode::cli
