// What the agent does in a round, and how it goes on after a round that failed.
#include "nodeagent/watch/agent.hpp"
#include "nodeagent/watch/back_off.hpp"

#include "common/text/moment.hpp"
#include "nodeagent/core/packages.hpp"

#include <fmt/format.h>

#include <exception>
#include <future>
#include <memory>

namespace onenode {
namespace {

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

std::chrono::milliseconds with_jitter(std::chrono::seconds time)
{
    return part_of(time, random_share());
}

bool ends_within(one::asio::thread_pool& thread, std::chrono::milliseconds limit)
{
    const auto last = std::make_shared<std::promise<void>>();
    auto done = last->get_future();
    one::asio::post(thread, [last] { last->set_value(); });
    return done.wait_for(limit) == std::future_status::ready;
}

std::string joined_as(const Membership& member)
{
    return fmt::format("joined to {} as {} (host {})", member.frontend, member.desired.node_name, member.host_id);
}

Agent::Agent(Host& host, Frontend frontend, Membership membership, std::span<const Step* const> steps,
             AgentLimits limits, AgentEvents events, Eyes eyes, std::optional<Frontend> reports, ProxyEyes proxy_eyes) :
    host_(&host),
    frontend_(std::move(frontend)),
    membership_(std::move(membership)),
    steps_(steps),
    limits_(limits),
    events_(std::move(events)),
    eyes_(std::move(eyes)),
    proxy_eyes_(std::move(proxy_eyes)),
    standing_(host, events_.status),
    reports_(std::move(reports))
{
}

Async<Result<>> Agent::run()
{
    CO_TRY(plan_renewal());
    const one::asio::any_io_executor executor = co_await one::asio::this_coro::executor;
    moved_.emplace(executor, one::asio::steady_timer::time_point::max());
    rest_.emplace(executor);
    standing_.begin(joined_as(membership_), certificate_until());  // which nobody has to be asked for
    one::Tasks beside{executor};
    look_around(beside, executor);
    Result<> ended;
    std::exception_ptr stopped;  // how Asio ends what is cancelled
    try {
        ended = co_await rounds();
    } catch (...) {
        stopped = std::current_exception();
    }
    co_await one::asio::this_coro::reset_cancellation_state();  // what is beside uses us: it ends first
    beside.cancel();
    co_await beside.drain(limits_.stop);
    if (stopped) std::rethrow_exception(stopped);
    co_return ended;
}

bool Agent::let_work_end()
{
    return ends_within(worker_, limits_.work) && (!checker_ || !checker_->looks());
}

Async<Result<>> Agent::rounds()
{
    BackOff back_off{limits_.first_retry, limits_.last_retry};
    while (still_joined(*host_) || !must_be_remembered(*host_, steps_)) {  // what is lost is said, not obeyed
        auto done = co_await round();
        if (events_.round) events_.round();
        if (done) {
            back_off.reset();
            standing_.trouble(Part::front_end, {});
            all_is_well();
            continue;
        }
        const auto state = co_await one::asio::this_coro::cancellation_state;
        if (state.cancelled() != one::asio::cancellation_type::none) co_return done;  // it was cut off: no news
        standing_.trouble(Part::front_end, with_next(done.error()));
        looked_ = false;  // and so the next question is answered at once: that all is well again is known soon
        const auto wait = back_off.next(random_share());
        if (!co_await one::pause(wait)) co_return Result<>{};
    }
    standing_.end("this machine is no longer joined");
    co_return Result<>{};
}

// Each of them sleeps until something happens.
void Agent::look_around(one::Tasks& beside, const one::asio::any_io_executor& executor)
{
    const auto check_again = [this] { this->check_again(); };
    if (!eyes_.blind.empty())
        standing_.trouble(Part::eyes, eyes_.blind);  // who sees nothing must not say that all is well
    if (eyes_.health) {
        standing_.awaits_checks();
        checker_.emplace(eyes_.health, standing_, executor, limits_.checker, [this] { rest_later(); });
        beside.spawn("checks", checker_->run());
    }
    if (events_.alive) beside.spawn("signs of life", give_signs_of_life(events_.alive, limits_.alive));
    if (eyes_.files != nullptr) {
        mender_.emplace(*host_, steps_, *eyes_.files, standing_, worker_, limits_.mender, check_again);
        beside.spawn("managed files", mender_->run());
    }
    if (reports_) {
        whereabouts_.emplace(*host_, *std::move(reports_), standing_, worker_, executor, limits_.whereabouts);
        beside.spawn("whereabouts", whereabouts_->run());
    }
    if (eyes_.addresses != nullptr)
        beside.spawn("addresses", follow_addresses(*host_, *eyes_.addresses, standing_, limits_.quiet,
                                                   [this](const AddressChange&) { moved(); }));
    if (eyes_.host_name != nullptr)
        beside.spawn("host name", follow_host_name(*host_, *eyes_.host_name, limits_.quiet, [this] { moved(); }));
    if (eyes_.firewall)
        beside.spawn("firewall", keep_firewall_open(*host_, eyes_.firewall, standing_, worker_, limits_.firewall));
    if (eyes_.libvirt != nullptr && membership_.desired.type != "lxc")
        beside.spawn("libvirt", follow_libvirt(*host_, *eyes_.libvirt, standing_, limits_.quiet, check_again));
    if (eyes_.way_in != nullptr)
        beside.spawn("way in", follow_way_in(*eyes_.way_in, worker_, limits_.way_in, check_again));
    if (proxy_eyes_.files != nullptr) {
        proxy_.emplace(*host_, std::move(proxy_eyes_), standing_, worker_, limits_.proxy);
        proxy_->run(beside);
    }
}

void Agent::moved()
{
    moved_->cancel();
    if (whereabouts_) whereabouts_->changed();
    check_again();
}

void Agent::check_again()
{
    if (checker_) checker_->changed();
}

void Agent::rest_later()
{
    if (!events_.rest) return;
    rest_->expires_after(limits_.rest);  // which ends a wait that is under way
    rest_->async_wait([rest = events_.rest](boost::system::error_code ended) {
        if (!ended) rest();
    });
}

void Agent::all_is_well()
{
    standing_.well(joined_as(membership_), certificate_until());
}

std::string Agent::certificate_until() const
{
    return "certificate until " + one::for_people(good_until_);
}

Async<Result<>> Agent::round()
{
    Result<> renewed;
    if (must_renew()) renewed = co_await renew();
    CO_TRY(co_await ask_what_is_wanted());  // also with an old certificate: it is good for a third of its life still
    CO_TRY(co_await meet_neighbours());
    co_await ask_about_host();
    co_await look_at_packages();
    co_return renewed;
}

// For those who count and draw: nothing that the agent does hangs on it, so its failure is none of the round's.
Async<> Agent::ask_about_host()
{
    const auto now = host_->now();
    const bool is_early = now >= host_asked_ && now - host_asked_ < limits_.host;
    if (!events_.host || is_early) co_return;
    host_asked_ = now;
    const auto answer = co_await frontend_.host(std::chrono::seconds{0});
    events_.host(answer);
}

// Reported only: an upgrade restarts libvirt, so its moment is a person's to choose. As long as they differ each round
// looks again, for nobody tells us of an upgrade.
Async<> Agent::look_at_packages()
{
    const std::string& wanted = membership_.desired.opennebula;
    if (packages_looked_at_ == wanted) co_return;
    auto look = [host = host_, version = wanted] { return packages::other_version(*host, version); };
    const auto other = co_await one::off_the_loop(worker_, std::move(look));
    packages_looked_at_ = other ? std::nullopt : std::optional{wanted};
    const auto said =
        other
            ? fmt::format("the front-end is OpenNebula {}, and {} here is {}: {}", other->there, other->package,
                          other->here, other->newer_here ? "upgrade the front-end" : "onenode join --install-packages")
            : std::string{};
    const bool breaks = other && !other->same_release;  // a patch level is worth a word, and no more
    standing_.trouble(Part::packages, breaks ? said : std::string{});
    standing_.waits(Part::packages, breaks ? std::string{} : said);
}

}  // namespace onenode
