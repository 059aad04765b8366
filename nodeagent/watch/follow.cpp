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

/// Returns how many changes that took; the history tells of those that were made, also where one failed.
Result<std::size_t> make_true(Host& host, Steps steps, const DesiredState& desired, Deed deed)
{
    const Facts facts = gather_facts(host, steps, desired);
    const Plan plan = make_plan(steps, facts, desired);
    if (plan.empty()) return std::size_t{0};
    TRY_LET(Journal journal, Journal::open(host, places::state_dir));
    const auto known = journal.entries().size();
    const auto applied = apply(plan, host, journal, [](const Step& step, const Change& change) {
        log::info("change", {{"step", step.id}, {"title", title_of(change)}, {"why", why_of(change)}});
    });
    deed.version = desired.version;
    deed.changes = changes_since(journal, known);
    if (!deed.changes.empty()) remember_or_log(host, places::state_dir, std::move(deed));
    TRY(applied);
    return plan.size();
}

const Deed repair{.kind = deeds::repaired, .sentence = "put back what was changed on this machine"};

}  // namespace

Result<> follow(Host& host, Steps steps, Membership member, const DesiredState& desired)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    if (!still_joined(host)) return {};  // `onenode leave` had the lock a moment ago
    TRY(must_be_acceptable(desired));
    const bool is_new = desired.version != member.desired.version;
    const Deed deed{.kind = deeds::applied, .sentence = fmt::format("followed {}", member.frontend)};
    TRY_LET(const auto changes, make_true(host, steps, desired, is_new ? deed : repair));
    if (changes == 0 && desired == member.desired) return {};
    member.desired = desired;
    TRY(save_membership(host, member));
    log::info("the desired state is applied", {{"version", desired.version.substr(0, 12)}, {"changes", changes}});
    return {};
}

Result<Mended> mend(Host& host, Steps steps)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    TRY_LET(const auto member, load_membership(host));
    if (!member || member->phase != MemberPhase::joined) return Mended{};
    TRY_LET(const auto differs, drift_of(host, Compare::every_byte));
    if (differs.empty()) return Mended{};
    Mended mended{.looked = true};
    TRY_LET(mended.changes, make_true(host, steps, member->desired, repair));
    if (mended.changes > 0) log::info("what was changed by others is put back", {{"changes", mended.changes}});
    TRY_LET(mended.left, drift_of(host, Compare::what_is_ours));
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
