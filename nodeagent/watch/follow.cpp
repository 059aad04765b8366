// The steps' plan, applied, remembered and saved.
#include "nodeagent/watch/follow.hpp"

#include "common/log.hpp"
#include "nodeagent/core/before.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/core/runner.hpp"
#include "nodeagent/core/traces.hpp"
#include "nodeagent/link/acceptable.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>

namespace onenode {
namespace {

namespace log = one::log;

Result<std::vector<Drift>> drift_of(const HostView& host, Compare compare)
{
    TRY_LET(const auto entries, Journal::read(host, places::state_dir));
    return drift_since(host, entries, compare);
}

struct Made {
    std::size_t changes = 0;
    std::vector<std::string> paths{};
    Untold untold{};
};

bool is_spared(const std::set<std::string>& spare, const Change& change)
{
    const auto* path = path_of(change);
    return path != nullptr && spare.contains(*path);
}

Plan without(Plan plan, const std::set<std::string>& spare)
{
    for (auto& step : plan.steps)
        std::erase_if(step.changes, [&spare](const Change& change) { return is_spared(spare, change); });
    std::erase_if(plan.steps, [](const PlannedStep& step) { return step.changes.empty(); });
    return plan;
}

std::vector<std::string> paths_in(const Plan& plan)
{
    std::vector<std::string> paths;
    for (const auto& change : plan.changes())
        if (const auto* path = path_of(change)) paths.push_back(*path);
    return paths;
}

std::vector<Drift> take(std::vector<Drift>& drift, const std::set<std::string>& paths)
{
    std::vector<Drift> taken;
    std::ranges::copy_if(drift, std::back_inserter(taken), [&](const Drift& one) { return paths.contains(one.path); });
    std::erase_if(drift, [&](const Drift& one) { return paths.contains(one.path); });
    return taken;
}

/// The history tells of the changes that were made, also where one failed.
Result<Made> try_to_make_true(Host& host, Steps steps, const Membership& member, const DesiredState& desired, Deed deed,
                              const std::set<std::string>& spare)
{
    const Facts facts = with_risks(gather_facts(host, steps, desired), member.accepted_risks);
    const Plan plan = without(make_plan(steps, facts, desired), spare);
    if (plan.empty() && !is_untold(host, places::state_dir)) return Made{};
    TRY_LET(Journal journal, Journal::open(host, places::state_dir));
    const auto known = journal.entries().size();
    auto applied = apply(plan, host, journal, [](const Step& step, const Change& change) {
        log::info("change", {{"step", step.id}, {"title", title_of(change)}, {"why", why_of(change)}});
    });
    deed.version = desired.version;
    deed.changes = changes_since(journal, known);
    if (!deed.changes.empty()) remember_or_log(host, places::state_dir, std::move(deed));
    if (!applied) return one::fail(applied.error());
    if (!applied->empty())
        log::warning("what was changed does not count yet",
                     {{"reason", applied->why}, {"next", to_shell(applied->commands)}});
    return Made{.changes = plan.size(), .paths = paths_in(plan), .untold = *std::move(applied)};
}

/// What stands where a file of ours shall be, and how it gets out of the way.
std::optional<one::Error> find_obstacle(const HostView& host)
{
    const auto differs = drift_of(host, Compare::every_byte);
    if (!differs) return std::nullopt;
    const auto stuck = std::ranges::find_if(*differs, [](const Drift& one) { return !one.next.empty(); });
    if (stuck == differs->end()) return std::nullopt;
    return one::Error{
        .kind = ErrorKind::conflict, .thing = stuck->path, .reason = stuck->what, .next = stuck->next, .doing = "mend"};
}

Result<Made> make_true(Host& host, Steps steps, const Membership& member, const DesiredState& desired, Deed deed,
                       const std::set<std::string>& spare)
{
    auto made = try_to_make_true(host, steps, member, desired, std::move(deed), spare);
    if (!made) return one::fail(find_obstacle(host).value_or(made.error()));
    return made;
}

const Deed repair{.kind = deeds::repaired, .sentence = "put back what was changed on this machine"};

}  // namespace

Result<> follow(Host& host, Steps steps, Membership member, const DesiredState& desired)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    TRY(must_be_remembered(host, steps));
    if (!still_joined(host)) return {};  // `onenode leave` had the lock a moment ago
    if (auto saved = load_membership(host); saved && *saved)
        member = **std::move(saved);  // `onenode join` writes it, too
    TRY(must_be_acceptable(desired));
    const bool is_new = desired.version != member.desired.version || desired.neighbours != member.desired.neighbours;
    Deed deed{.kind = deeds::applied, .sentence = fmt::format("followed {}", member.frontend)};
    if (desired.node_name != member.desired.node_name)
        deed.sentence += fmt::format(", which calls this machine {} now", desired.node_name);
    TRY_LET(const auto made, make_true(host, steps, member, desired, is_new ? deed : repair, {}));
    if (made.changes == 0 && desired == member.desired) return {};
    if (!member.wishes.name.empty()) member.wishes.name = desired.node_name;  // an admin may have renamed it since
    member.desired = desired;
    TRY(save_membership(host, member));
    log::info("the desired state is applied", {{"version", desired.version.substr(0, 12)}, {"changes", made.changes}});
    return {};
}

Result<Mended> mend(Host& host, Steps steps, const std::set<std::string>& spare)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    TRY(must_be_remembered(host, steps));
    TRY_LET(const auto member, load_membership(host));
    if (!member || member->phase != MemberPhase::joined) return Mended{};
    TRY_LET(auto differs, drift_of(host, Compare::every_byte));
    Mended mended;
    if (!take(differs, spare).empty()) {
        TRY_LET(auto ours, drift_of(host, Compare::what_is_ours));
        mended.spared = take(ours, spare);
    }
    if (differs.empty() && !is_untold(host, places::state_dir)) return mended;
    mended.looked = true;
    TRY_LET(auto made, make_true(host, steps, *member, member->desired, repair, spare));
    mended.changes = made.changes;
    mended.repaired = std::move(made.paths);
    if (mended.changes > 0) log::info("what was changed by others is put back", {{"changes", mended.changes}});
    TRY_LET(mended.left, drift_of(host, Compare::what_is_ours));
    take(mended.left, spare);
    if (!made.untold.empty()) mended.left.push_back({"what was changed does not count yet", made.untold.why});
    return mended;
}

Result<> must_be_remembered(const HostView& host, Steps steps)
{
    TRY_LET(const auto member, load_membership(host));
    if (member && member->phase != MemberPhase::joined) return {};
    const auto journal = host.stat(places::journal);
    if (member && (journal || journal.error().kind != ErrorKind::not_found)) return {};
    const auto traces = find_traces(host, paths_read(steps), our_block, {});
    if (traces.empty()) return {};
    return one::fail(forgotten(member ? places::journal : places::state_dir, traces));
}

bool still_joined(const HostView& host)
{
    const auto now = load_membership(host);
    if (!now) return true;
    return now->has_value() && (*now)->phase == MemberPhase::joined;
}

}  // namespace onenode
