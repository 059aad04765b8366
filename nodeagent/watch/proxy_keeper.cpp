// One loop an eye; whatever opens leads to the same look at everything, which is cheap where no guest has a proxy.
#include "nodeagent/watch/proxy_keeper.hpp"

#include "common/log.hpp"
#include "common/text/words.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/watch/back_off.hpp"
#include "nodeagent/watch/follow.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

namespace log = one::log;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// What the process that runs connects to is what nftables said when it read it.
void learn(vnm::Endpoints& targets, const vnm::Proxy& proxy)
{
    vnm::Endpoints now;
    for (const auto& bridge : proxy.bridges)
        if (bridge.endpoints)
            for (const auto& [port, remote] : *bridge.endpoints)
                now.insert_or_assign(port, remote);
    if (now.empty()) return;  // flushed: the process goes on as it is
    std::erase_if(targets, [&now](const auto& known) { return !now.contains(known.first); });
    targets.insert(now.begin(), now.end());
}

}  // namespace

void ProxyKeeper::run(one::Tasks& beside)
{
    beside_ = &beside;
    if (eyes_.files != nullptr) beside.spawn("transparent proxy: files", follow(*eyes_.files));
    if (eyes_.links != nullptr) beside.spawn("transparent proxy: links", follow(*eyes_.links));
    if (eyes_.processes != nullptr) beside.spawn("transparent proxy: processes", follow(*eyes_.processes));
}

Async<> ProxyKeeper::follow(Eye& eye)
{
    if (&eye == eyes_.files) co_await look();
    for (;;) {
        const Woken woken = co_await eye.changed(patience(eye));
        if (woken == Woken::cancelled) co_return;
        if (woken == Woken::changed) {
            const bool quiet = co_await until_quiet(eye, limits_.quiet);
            if (!quiet) co_return;
        }
        co_await look();
    }
}

// One of them has a time besides, so that a repair is tried again and a name is asked for anew.
std::optional<milliseconds> ProxyKeeper::patience(const Eye& eye) const
{
    if (&eye != eyes_.files) return std::nullopt;
    if (retry_.count() > 0) return retry_;
    const bool has_names =
        std::ranges::any_of(known_.services, [](const auto& service) { return !vnm::is_ipv4(service.address); });
    return has_names ? std::optional{limits_.names} : std::nullopt;
}

bool ProxyKeeper::insists()
{
    const auto now = steady_clock::now();
    while (!repairs_.empty() && now - repairs_.front() > limits_.window)
        repairs_.pop_front();
    return repairs_.size() >= limits_.repairs;
}

Async<> ProxyKeeper::look()
{
    auto work = [host = host_, known = known_, gives_way = insists()] { return mend(*host, known, gives_way); };
    auto outcome = co_await one::off_the_loop(*worker_, std::move(work));
    if (!outcome) {
        retry_ = longer(retry_, limits_.first_retry, limits_.last_retry);
        if (outcome.error().kind != ErrorKind::busy)  // another onenode is at work: it may end any moment
            standing_->trouble(Part::proxy, one::to_line(outcome.error()));
        co_return;
    }
    take(*std::move(outcome));
}

Result<ProxyKeeper::Outcome> ProxyKeeper::mend(Host& host, const Known& known, bool gives_way)
{
    TRY_LET(auto found, vnm::look_at_proxy(host));
    Outcome outcome{.targets = found.pid == known.pid ? known.targets : vnm::Endpoints{}};
    learn(outcome.targets, found);
    const auto repair = vnm::repair_of(found, outcome.targets);
    outcome.why = repair.why;
    const bool idle = repair.commands.empty() && repair.order == vnm::Order::none;
    outcome.follows = found.services != known.services;  // the front-end's wish is no quarrel with anybody
    outcome.gave_way = !idle && gives_way && !outcome.follows;
    outcome.found = std::move(found);
    outcome.left = outcome.found;
    if (idle || outcome.gave_way) return outcome;
    TRY_LET(const auto lock, host.lock(places::lock));
    if (!still_joined(host)) {  // `onenode leave` had the lock a moment ago
        outcome.why.clear();
        return outcome;
    }
    outcome.done = vnm::perform(host, repair, outcome.found);
    TRY_LET(outcome.left, vnm::look_at_proxy(host));
    if (outcome.left.pid != outcome.found.pid) outcome.targets.clear();
    learn(outcome.targets, outcome.left);
    return outcome;
}

void ProxyKeeper::take(Outcome outcome)
{
    known_ = {outcome.left.pid, std::move(outcome.targets), outcome.left.services};
    if (outcome.follows) repairs_.clear();
    look_where_needed(outcome.left);
    if (outcome.gave_way) {
        retry_ = limits_.window;
        standing_->trouble(Part::proxy, fmt::format("another program changes the transparent proxy again and again "
                                                    "({}); its next repair is in a minute",
                                                    one::join(outcome.why, "; ")));
        return;
    }
    if (!outcome.why.empty() && !outcome.follows) repairs_.push_back(steady_clock::now());
    if (outcome.done) {
        retry_ = milliseconds{0};
        if (!outcome.why.empty())
            log::info("the transparent proxy was restored", {{"why", one::join(outcome.why, "; ")}});
        standing_->trouble(Part::proxy, {});
    } else {
        retry_ = longer(retry_, limits_.first_retry, limits_.last_retry);
        standing_->trouble(Part::proxy, one::to_line(outcome.done.error()));
    }
}

void ProxyKeeper::look_at_rules()
{
    if (rules_ || !eyes_.rules) return;
    rules_ = eyes_.rules();
    if (rules_) beside_->spawn("transparent proxy: rules", follow(*rules_));
}

void ProxyKeeper::look_where_needed(const vnm::Proxy& proxy)
{
    if (!proxy.bridges.empty()) look_at_rules();
    std::vector<int> pids{proxy.pid};
    std::vector<std::string> paths{vnm::network_file, vnm::proxy_script, "/etc/hosts"};
    for (const auto& bridge : proxy.bridges) {
        pids.push_back(bridge.pid);
        paths.push_back(fmt::format("/run/netns/{}{}", vnm::inner_prefix, bridge.name));
    }
    if (eyes_.processes != nullptr) eyes_.processes->watch(pids);
    if (eyes_.files == nullptr) return;
    if (const auto watched = eyes_.files->watch(paths); !watched)
        log::warning("changes of the transparent proxy's files are not noticed",
                     {{"reason", one::to_line(watched.error())}});
}

}  // namespace onenode
