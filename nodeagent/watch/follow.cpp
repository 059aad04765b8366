// The steps' plan, applied, remembered and saved.
#include "nodeagent/watch/follow.hpp"

#include "common/log.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/core/runner.hpp"
#include "nodeagent/link/acceptable.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

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
    Untold untold{};
};

/// The history tells of the changes that were made, also where one failed.
Result<Made> make_true(Host& host, Steps steps, const Membership& member, const DesiredState& desired, Deed deed)
{
    const Facts facts = with_risks(gather_facts(host, steps, desired), member.accepted_risks);
    const Plan plan = make_plan(steps, facts, desired);
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
    return Made{.changes = plan.size(), .untold = *std::move(applied)};
}

const Deed repair{.kind = deeds::repaired, .sentence = "put back what was changed on this machine"};

}  // namespace

Result<> follow(Host& host, Steps steps, Membership member, const DesiredState& desired)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    if (!still_joined(host)) return {};  // `onenode leave` had the lock a moment ago
    if (auto saved = load_membership(host); saved && *saved)
        member = **std::move(saved);  // `onenode join` writes it, too
    TRY(must_be_acceptable(desired));
    const bool is_new = desired.version != member.desired.version || desired.neighbours != member.desired.neighbours;
    Deed deed{.kind = deeds::applied, .sentence = fmt::format("followed {}", member.frontend)};
    if (desired.node_name != member.desired.node_name)
        deed.sentence += fmt::format(", which calls this machine {} now", desired.node_name);
    TRY_LET(const auto made, make_true(host, steps, member, desired, is_new ? deed : repair));
    if (made.changes == 0 && desired == member.desired) return {};
    if (!member.wishes.name.empty()) member.wishes.name = desired.node_name;  // an admin may have renamed it since
    member.desired = desired;
    TRY(save_membership(host, member));
    log::info("the desired state is applied", {{"version", desired.version.substr(0, 12)}, {"changes", made.changes}});
    return {};
}

Result<Mended> mend(Host& host, Steps steps)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    TRY_LET(const auto member, load_membership(host));
    if (!member || member->phase != MemberPhase::joined) return Mended{};
    TRY_LET(const auto differs, drift_of(host, Compare::every_byte));
    if (differs.empty() && !is_untold(host, places::state_dir)) return Mended{};
    Mended mended{.looked = true};
    TRY_LET(const auto made, make_true(host, steps, *member, member->desired, repair));
    mended.changes = made.changes;
    if (mended.changes > 0) log::info("what was changed by others is put back", {{"changes", mended.changes}});
    TRY_LET(mended.left, drift_of(host, Compare::what_is_ours));
    if (!made.untold.empty()) mended.left.push_back({"what was changed does not count yet", made.untold.why});
    return mended;
}

Result<std::vector<Drift>> drift_of(const HostView& host)
{
    return drift_of(host, Compare::what_is_ours);
}

bool still_joined(const HostView& host)
{
    const auto now = load_membership(host);
    if (!now) return true;
    return now->has_value() && (*now)->phase == MemberPhase::joined;
}

}  // namespace onenode
