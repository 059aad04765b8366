// Waits for the eye, lets the writer end, mends; counts how often.
#include "nodeagent/watch/mender.hpp"

#include "common/log.hpp"
#include "common/text/moment.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/watch/back_off.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace onenode {
namespace {

using std::chrono::milliseconds;

std::string in_words(const std::vector<Drift>& drift)
{
    const auto& first = drift.front();
    const auto others = drift.size() - 1;
    return fmt::format("{}: {}{}{}", first.path, first.what, first.next.empty() ? "" : ": " + first.next,
                       others == 0 ? "" : fmt::format(" (and {} more)", others));
}

}  // namespace

Async<> Mender::run()
{
    co_await look_where_needed();
    co_await mend_now();
    for (;;) {
        const Woken woken = co_await eye_->changed(patience());
        if (woken == Woken::cancelled) co_return;
        if (woken == Woken::changed) {
            const bool quiet = co_await until_quiet(*eye_, limits_.quiet);
            if (!quiet) co_return;
        }
        co_await look_where_needed();  // before the look at the files, so that nothing falls between the two
        const bool too_often = looks_too_often();
        if (too_often) {  // nothing to repair, but a plan costs something
            const bool breathed = co_await one::pause(limits_.breather);
            if (!breathed) co_return;
        }
        co_await mend_now();
    }
}

/// Not where somebody insists, as long as it rests: who writes there all the time does not wake us. On the worker, since
/// who looks up a path on a file system whose server is dead does not come back.
Async<> Mender::look_where_needed()
{
    std::set<std::string> resting;
    for (const auto& [path, quarrel] : quarrels_)
        if (quarrel.rests && Clock::now() < quarrel.until) resting.insert(path);
    auto work = [host = host_, eye = eye_, resting]() -> Result<> {
        const auto entries = Journal::read(*host, places::state_dir);
        std::vector<std::string> paths{places::membership, places::journal};  // without which nothing is put back
        if (entries) std::ranges::move(managed_paths(*entries), std::back_inserter(paths));
        std::erase_if(paths, [&resting](const std::string& path) { return resting.contains(path); });
        return eye->watch(paths);
    };
    const auto watched = co_await one::off_the_loop(*worker_, std::move(work));
    standing_->trouble(Part::edits,
                       watched ? std::string{} : "edits of a file are not noticed: " + with_next(watched.error()));
}

std::optional<milliseconds> Mender::patience() const
{
    std::optional<milliseconds> least;
    if (retry_.count() > 0) least = retry_;
    for (const auto& [path, quarrel] : quarrels_) {
        if (quarrel.rest.count() == 0) continue;
        const auto left = std::chrono::ceil<milliseconds>(quarrel.until - Clock::now());
        least = std::clamp(left, milliseconds{0}, least.value_or(limits_.last_rest));
    }
    return least;
}

bool Mender::too_many(Times& times, std::size_t limit) const
{
    const auto now = Clock::now();
    while (!times.empty() && now - times.front() > limits_.window)
        times.pop_front();
    return times.size() >= limit;
}

bool Mender::looks_too_often()
{
    return too_many(looks_, limits_.looks);
}

/// Where a rest passed and, after the repair, as long a time undisturbed.
void Mender::make_peace()
{
    for (auto at = quarrels_.begin(); at != quarrels_.end();) {
        auto& quarrel = at->second;
        const bool is_over =
            quarrel.rest.count() > 0 ? !quarrel.rests && Clock::now() >= quarrel.until : !too_many(quarrel.repairs, 1);
        at = is_over ? quarrels_.erase(at) : std::next(at);
    }
}

std::set<std::string> Mender::spared()
{
    std::set<std::string> paths;
    for (auto& [path, quarrel] : quarrels_) {
        const bool is_due = quarrel.rests && Clock::now() >= quarrel.until;
        if (!is_due && (quarrel.rest.count() > 0 || too_many(quarrel.repairs, limits_.repairs))) paths.insert(path);
    }
    return paths;
}

void Mender::note_quarrels(const Mended& mended, Clock::time_point began)
{
    const auto now = Clock::now();
    for (auto& [path, quarrel] : quarrels_) {
        if (!quarrel.rests || began < quarrel.until) continue;
        quarrel.rests = false;
        quarrel.until = now + quarrel.rest;
    }
    for (const auto& drift : mended.spared) {
        auto& quarrel = quarrels_[drift.path];
        quarrel.what = drift.what;
        if (std::exchange(quarrel.rests, true)) continue;
        quarrel.rest = longer(quarrel.rest, limits_.first_rest, limits_.last_rest);
        quarrel.until = now + quarrel.rest;
        quarrel.shown = host_->now() + quarrel.rest;
    }
    for (const auto& path : mended.repaired)
        quarrels_[path].repairs.push_back(now);
}

Async<> Mender::mend_now()
{
    make_peace();
    const auto began = Clock::now();
    auto work = [host = host_, steps = steps_, spare = spared()] { return mend(*host, steps, spare); };
    const auto mended = co_await one::off_the_loop(*worker_, std::move(work));
    if (!mended) {
        retry_ = longer(retry_, limits_.first_retry, limits_.last_retry);
        if (mended.error().kind != ErrorKind::busy)  // another onenode is at work: it may end any moment
            standing_->trouble(Part::files, with_next(mended.error()));
        co_return;
    }
    const bool failed_before = std::exchange(retry_, milliseconds{0}).count() > 0;
    note_quarrels(*mended, began);
    if (mended->looked && mended->changes == 0) looks_.push_back(Clock::now());
    tell(*mended);
    if (mended->changes > 0 || failed_before || !mended->spared.empty())  // the journal may be back, or a rest began
        co_await look_where_needed();
}

void Mender::tell(const Mended& mended)
{
    const Quarrel* next = nullptr;
    const std::string* where = nullptr;
    for (const auto& [path, quarrel] : quarrels_) {
        if (quarrel.rest.count() == 0 || (next != nullptr && quarrel.shown >= next->shown)) continue;
        next = &quarrel;
        where = &path;
    }
    standing_->note([&](AgentStatus& status) {
        if (mended.changes > 0) status.last_repair = one::rfc3339(host_->now());
        status.rests_until = next == nullptr ? std::string{} : one::rfc3339(next->shown);
    });
    if (mended.changes > 0 && repaired_) repaired_();
    std::string trouble;
    if (next != nullptr)
        trouble = fmt::format("another program changes {} again and again ({}); next repair at {}", *where, next->what,
                              one::for_people(next->shown));
    else if (!mended.left.empty())
        trouble = in_words(mended.left);
    standing_->trouble(Part::files, trouble);
}

}  // namespace onenode
