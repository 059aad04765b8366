// Waits for the eye, lets the writer end, mends; counts how often.
#include "nodeagent/watch/mender.hpp"

#include "common/log.hpp"
#include "common/text/moment.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace onenode {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

std::string in_words(const std::vector<Drift>& drift)
{
    const auto& first = drift.front();
    const auto others = drift.size() - 1;
    return fmt::format("{}: {}{}{}", first.path, first.what, first.next.empty() ? "" : ": " + first.next,
                       others == 0 ? "" : fmt::format(" (and {} more)", others));
}

milliseconds longer(milliseconds time, milliseconds first, milliseconds last)
{
    return time.count() == 0 ? first : std::min(time * 2, last);
}

}  // namespace

Async<> Mender::run()
{
    look_where_needed();
    co_await mend_now();
    for (;;) {
        const Woken woken = co_await eye_->changed(patience());
        if (woken == Woken::cancelled) co_return;
        if (woken == Woken::changed) {
            const bool quiet = co_await until_quiet(*eye_, limits_.quiet);
            if (!quiet) co_return;
            look_where_needed();  // before the look at the files, so that nothing falls between the two
        } else if (retry_.count() == 0 && rest_.count() > 0) {
            peace();
        }
        const bool insists_on_it = co_await insists();
        if (insists_on_it) continue;
        co_await mend_now();
    }
}

void Mender::look_where_needed()
{
    const auto entries = Journal::read(*host_, places::state_dir);
    std::vector<std::string> paths{places::membership, places::journal};  // without which nothing is put back
    if (entries) std::ranges::move(managed_paths(*entries), std::back_inserter(paths));
    if (const auto watched = eye_->watch(paths); !watched)
        one::log::warning("edits of a file are not noticed", {{"reason", one::to_line(watched.error())}});
}

std::optional<milliseconds> Mender::patience() const
{
    if (retry_.count() > 0) return retry_;
    if (rest_.count() > 0) return rest_;
    return std::nullopt;
}

bool Mender::too_many(Times& times, std::size_t limit) const
{
    const auto now = steady_clock::now();
    while (!times.empty() && now - times.front() > limits_.window)
        times.pop_front();
    return times.size() >= limit;
}

/// True where it rested: then the machine has to be looked at anew.
Async<bool> Mender::insists()
{
    const bool often_repaired = too_many(repairs_, limits_.repairs) || rest_.count() > 0;
    const bool often_looked = too_many(looks_, limits_.looks);
    if (!often_repaired && !often_looked) co_return false;
    auto look = [host = host_] { return drift_of(*host); };
    auto drift = co_await one::off_the_loop(*worker_, std::move(look));
    if (!drift || !(drift->empty() ? often_looked : often_repaired)) co_return false;
    bool rested = false;
    if (drift->empty())
        rested = co_await one::pause(limits_.breather);  // nothing to repair, but a plan costs something
    else
        rested = co_await rest(*std::move(drift));
    if (rested) co_await mend_now();
    co_return true;
}

Async<bool> Mender::rest(std::vector<Drift> drift)
{
    rest_ = longer(rest_, limits_.first_rest, limits_.last_rest);
    const auto until = host_->now() + rest_;
    standing_->note([&](AgentStatus& status) { status.rests_until = one::rfc3339(until); });
    standing_->trouble(Part::files, fmt::format("another program changes {} again and again ({}); next repair at {}",
                                                drift.front().path, drift.front().what, one::for_people(until)));
    const bool waited = co_await one::pause(rest_);
    co_return waited;
}

void Mender::peace()
{
    rest_ = milliseconds{0};
    repairs_.clear();
    standing_->note([](AgentStatus& status) { status.rests_until.clear(); });
    standing_->trouble(Part::files, {});
}

Async<> Mender::mend_now()
{
    auto work = [host = host_, steps = steps_] { return mend(*host, steps); };
    const auto mended = co_await one::off_the_loop(*worker_, std::move(work));
    if (!mended) {
        retry_ = longer(retry_, limits_.first_retry, limits_.last_retry);
        if (mended.error().kind != ErrorKind::busy)  // another onenode is at work: it may end any moment
            standing_->trouble(Part::files, with_next(mended.error()));
        co_return;
    }
    if (retry_.count() > 0) look_where_needed();  // the journal may be back
    retry_ = milliseconds{0};
    if (mended->looked) (mended->changes > 0 ? repairs_ : looks_).push_back(steady_clock::now());
    if (mended->changes > 0) {
        standing_->note([this](AgentStatus& status) { status.last_repair = one::rfc3339(host_->now()); });
        look_where_needed();
        if (repaired_) repaired_();
    }
    if (rest_.count() > 0) co_return;  // that stays said until a rest passed undisturbed
    standing_->trouble(Part::files, mended->left.empty() ? std::string{} : in_words(mended->left));
}

}  // namespace onenode
