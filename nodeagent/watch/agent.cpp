// What the agent does in a round, and how it goes on after a round that failed.
#include "nodeagent/watch/agent.hpp"

#include "common/identity/certificate.hpp"
#include "common/log.hpp"
#include "common/text/encoding.hpp"
#include "nodeagent/core/runner.hpp"
#include "nodeagent/link/acceptable.hpp"
#include "nodeagent/link/connect.hpp"
#include "nodeagent/link/identity_files.hpp"
#include "nodeagent/link/places.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

namespace log = one::log;

double random_share()
{
    return static_cast<unsigned char>(one::random_bytes(1).front()) / 255.0;
}

std::chrono::milliseconds with_jitter(std::chrono::seconds time)
{
    const std::chrono::milliseconds whole = time;
    return whole / 2 + std::chrono::milliseconds{
                           static_cast<std::int64_t>(static_cast<double>(whole.count()) / 2 * random_share())};
}

// Not by the rounds: one of them may take longer than systemd's watchdog waits. What hangs for ever is the loop alone;
// everything that a round waits for has a limit of its own.
Async<> give_signs_of_life(std::function<void()> alive, std::chrono::milliseconds interval)
{
    for (;;) {
        const bool waited = co_await one::pause(interval);  // not in a loop's head: g++ 12 resumes that nowhere
        if (!waited) co_return;
        alive();
    }
}

}  // namespace

std::chrono::system_clock::time_point renewal_time(std::chrono::system_clock::time_point not_before,
                                                   std::chrono::system_clock::time_point not_after, double jitter)
{
    const auto life = not_after - not_before;
    return not_before + life * 2 / 3 +
           std::chrono::duration_cast<std::chrono::system_clock::duration>(life / 20 * jitter);
}

Agent::Agent(Host& host, Frontend frontend, Membership membership, std::span<const Step* const> steps,
             AgentLimits limits, AgentEvents events) :
    host_(&host),
    frontend_(std::move(frontend)),
    membership_(std::move(membership)),
    steps_(steps),
    limits_(limits),
    events_(std::move(events))
{
}

Async<Result<>> Agent::run()
{
    CO_TRY(plan_renewal());
    const one::asio::any_io_executor executor = co_await one::asio::this_coro::executor;
    one::Tasks beside{executor};
    if (events_.alive) beside.spawn("signs of life", give_signs_of_life(events_.alive, limits_.alive));
    auto retry = limits_.first_retry;
    while (still_joined()) {
        auto done = co_await round();
        if (events_.round) events_.round();
        if (done) {
            retry = limits_.first_retry;
            tell(fmt::format("joined to {} as {} (host {})", membership_.frontend, membership_.desired.node_name,
                             membership_.host_id));
            continue;
        }
        tell(fmt::format("degraded: {}", one::to_line(done.error())));
        looked_ = false;  // and so the next question is answered at once: that all is well again is known soon
        if (!co_await one::pause(with_jitter(retry))) co_return Result<>{};
        retry = std::min(retry * 2, limits_.last_retry);
    }
    tell("this machine is no longer joined");
    co_return Result<>{};
}

Async<Result<>> Agent::round()
{
    Result<> renewed;
    if (must_renew()) renewed = co_await renew();
    CO_TRY(co_await ask_what_is_wanted());  // also with an old certificate: it is good for a third of its life still
    co_return renewed;
}

Async<Result<>> Agent::ask_what_is_wanted()
{
    const auto until_renewal = std::chrono::duration_cast<std::chrono::seconds>(renew_at_ - host_->now());
    const auto wait = must_renew() ? limits_.poll : std::clamp(until_renewal, std::chrono::seconds{1}, limits_.poll);
    const auto asked = host_->now();
    std::string known = looked_ ? membership_.desired.version : std::string{};
    auto desired = co_await frontend_.desired(std::move(known), wait);
    if (!desired) co_return one::fail(std::move(desired).error());
    if (!looked_ || desired->version != membership_.desired.version) {
        auto follow_it = [this, wanted = std::move(*desired)]() mutable { return follow(std::move(wanted)); };
        CO_TRY(co_await one::off_the_loop(worker_, std::move(follow_it)));
        looked_ = true;
        co_return Result<>{};
    }
    if (host_->now() - asked < limits_.least_round) co_await one::pause(limits_.least_round);
    co_return Result<>{};
}

Result<> Agent::follow(one::wire::DesiredState desired)
{
    TRY_LET(const auto lock, host_->lock(places::lock));
    if (!still_joined()) return {};  // `onenode leave` had the lock a moment ago
    TRY(must_be_acceptable(desired));
    const Facts facts = gather_facts(*host_, steps_, desired);
    const Plan plan = make_plan(steps_, facts, desired);
    if (plan.empty() && desired == membership_.desired) return {};
    TRY_LET(Journal journal, Journal::open(*host_, places::state_dir));
    TRY(apply(plan, *host_, journal, [](const Step& step, const Change& change) {
        log::info("change", {{"step", step.id}, {"title", title_of(change)}, {"why", why_of(change)}});
    }));
    membership_.desired = std::move(desired);
    TRY(save_membership(*host_, membership_));
    log::info("the desired state is applied",
              {{"version", membership_.desired.version.substr(0, 12)}, {"changes", plan.size()}});
    return {};
}

Async<Result<>> Agent::renew()
{
    CO_TRY(settle_key(*host_));  // of a renewal that was killed before its end
    CO_TRY_LET(const one::Secret key, next_key(*host_));
    CO_TRY_LET(const std::string csr, one::identity::make_request(key, membership_.desired.node_name));
    const one::wire::RenewRequest request{.certificate_request = csr};
    auto answer = co_await frontend_.renew(request);
    if (!answer) co_return one::fail(std::move(answer).error());
    CO_TRY(store_certificate(*host_, answer->certificate_chain, answer->authorities));
    CO_TRY(settle_key(*host_));
    CO_TRY_LET(const NodeIdentity identity, load_identity(*host_));
    const one::http::Trust trust{.authority_pem = answer->authorities};
    CO_TRY_LET(auto tls, one::http::make_client_tls(trust, identity.own));
    frontend_.use(std::move(tls));
    log::info("the certificate is renewed", {{"generation", answer->generation}});
    co_return plan_renewal();
}

bool Agent::must_renew() const
{
    return host_->now() >= renew_at_;
}

Result<> Agent::plan_renewal()
{
    TRY_LET(const auto chain, host_->read(places::certificate));
    TRY_LET(const auto validity, validity_of(chain));
    renew_at_ = renewal_time(validity.not_before, validity.not_after, random_share());
    return {};
}

bool Agent::still_joined()
{
    const auto now = load_membership(*host_);
    if (!now) return true;  // unreadable for a moment: better to stay
    return now->has_value() && (*now)->phase == MemberPhase::joined;
}

void Agent::tell(const std::string& sentence)
{
    if (sentence == told_) return;
    told_ = sentence;
    if (sentence.starts_with("degraded"))
        log::warning(sentence);
    else
        log::info(sentence);
    if (events_.status) events_.status(sentence);
}

}  // namespace onenode
