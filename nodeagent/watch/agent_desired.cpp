// What the front-end wants of this machine: waited for, made true, and the other nodes that it names met after that.
#include "nodeagent/watch/agent.hpp"

#include "common/text/moment.hpp"
#include "nodeagent/link/neighbours.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>

namespace onenode {

using namespace boost::asio::experimental::awaitable_operators;

/// Where this machine has other addresses now, the connection that it waits on may lead nowhere: it asks over a new one.
Async<Result<one::wire::DesiredState>> Agent::wait_for_desired(std::string known, std::chrono::seconds wait)
{
    for (;;) {
        auto asked = frontend_.desired(known, wait);
        auto moved = moved_->async_wait(one::awaited);
        auto either = std::move(asked) || std::move(moved);
        auto first = co_await std::move(either);
        if (first.index() == 0) co_return std::get<0>(std::move(first));
        const auto state = co_await one::asio::this_coro::cancellation_state;
        if (state.cancelled() != one::asio::cancellation_type::none)
            co_return one::fail({.kind = ErrorKind::interrupted,
                                 .thing = "the front-end",
                                 .reason = "the agent ends",
                                 .next = "systemctl start onenode.service",
                                 .doing = "wait for"});
    }
}

Async<Result<>> Agent::ask_what_is_wanted()
{
    auto until = renew_at_;
    if (meet_at_) until = std::min(until, *meet_at_);
    const auto until_then = std::chrono::duration_cast<std::chrono::seconds>(until - host_->now());
    const auto wait = must_renew() ? limits_.poll : std::clamp(until_then, std::chrono::seconds{1}, limits_.poll);
    const auto asked = host_->now();
    std::string known = looked_ ? membership_.desired.version : std::string{};
    auto desired = co_await wait_for_desired(std::move(known), wait);
    if (!desired) co_return one::fail(std::move(desired).error());
    turn_to(frontend_.authorities());
    standing_.note([this](AgentStatus& status) {
        status.last_contact = one::rfc3339(host_->now());
        status.renew_at = one::rfc3339(renew_at_);
    });
    if (!looked_ || desired->version != membership_.desired.version) {
        plan_to_meet(desired->neighbours);
        auto wanted = with_neighbours_of(membership_.desired, *std::move(desired));
        CO_TRY(co_await follow_it(std::move(wanted)));
        looked_ = true;
    }
    if (host_->now() - asked < limits_.least_round) co_await one::pause(limits_.least_round);
    co_return Result<>{};
}

Async<Result<>> Agent::follow_it(one::wire::DesiredState wanted)
{
    auto follow_it = [host = host_, steps = steps_, member = membership_, wanted] {
        return follow(*host, steps, member, wanted);
    };
    CO_TRY(co_await one::off_the_loop(worker_, std::move(follow_it)));
    membership_.desired = std::move(wanted);
    if (mender_) co_await mender_->look_where_needed();
    check_again();
    rest_later();
    co_return Result<>{};
}

bool Agent::must_meet_neighbours() const
{
    if (!meet_at_) return false;
    const auto left = *meet_at_ - host_->now();
    return left <= left.zero() || left > std::chrono::hours{24};  // a clock that was set back
}

void Agent::plan_to_meet(const std::string& neighbours)
{
    if (neighbours.empty() || neighbours == membership_.desired.neighbours)
        meet_at_.reset();
    else if (!meet_at_)  // news of news do not put it off
        meet_at_ = host_->now() + time_to_meet(membership_.desired, random_share());
}

/// After all that is urgent, and no failure of the round: what we hold of them is good for a while.
Async<Result<>> Agent::meet_neighbours()
{
    if (!must_meet_neighbours()) co_return Result<>{};
    auto wanted = co_await frontend_.neighbours(membership_.desired);
    standing_.trouble(Part::neighbours, wanted ? std::string{} : one::to_line(wanted.error()));
    if (!wanted) {
        meet_at_ = host_->now() + with_jitter(limits_.neighbours);
        co_return Result<>{};
    }
    meet_at_.reset();
    if (*wanted == membership_.desired) co_return Result<>{};
    co_return co_await follow_it(*std::move(wanted));
}

}  // namespace onenode
