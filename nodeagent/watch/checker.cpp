// Waits, has it checked, tells.
#include "nodeagent/watch/checker.hpp"

#include "nodeagent/watch/agent.hpp"

#include <algorithm>
#include <exception>

namespace onenode {
namespace {

Error cannot_check(std::string reason)
{
    return {.thing = "this machine", .reason = std::move(reason), .next = "onenode doctor", .doing = "check"};
}

Result<Checkup> looked(const LookAtHealth& look)
try {
    return look();
} catch (const std::exception& bug) {  // of one check; what the agent is there for goes on
    return one::fail(cannot_check(std::string{"a mistake of ours: "} + bug.what()));
}

}  // namespace

Async<> Checker::run()
{
    bool was_stale = false;
    for (;;) {
        const bool waited = co_await one::pause(limits_.quiet);
        if (!waited) co_return;
        changed_ = false;
        const auto found = co_await look();
        const auto state = co_await one::asio::this_coro::cancellation_state;
        if (state.cancelled() != one::asio::cancellation_type::none) co_return;
        const bool is_stale = changed_ && !was_stale;  // a change ended, it may have seen half; but not for ever
        was_stale = is_stale;
        if (is_stale) continue;
        const auto rest = show(found);
        const bool breathed = co_await one::pause(limits_.breather);
        if (!breathed) co_return;
        const bool goes_on = co_await sleep(rest);
        if (!goes_on) co_return;
    }
}

Async<Result<Checkup>> Checker::look()
{
    late_.expires_after(limits_.patience);
    late_.async_wait([standing = standing_](boost::system::error_code ended) {
        if (!ended) standing->trouble(Part::checks, one::to_line(cannot_check("its checks do not end")));
    });
    looks_ = true;
    auto work = [this] {
        auto found = looked(look_);
        looks_ = false;  // also where nobody waits for it any more
        return found;
    };
    auto found = co_await one::off_the_loop(thread_, std::move(work));
    late_.cancel();
    co_return found;
}

void Checker::changed()
{
    changed_ = true;
    again_ = limits_.first_again;
    next_.cancel();
}

Async<bool> Checker::sleep(std::chrono::milliseconds time)
{
    if (changed_) co_return true;
    next_.expires_after(time);
    co_await next_.async_wait(one::awaited);
    const auto state = co_await one::asio::this_coro::cancellation_state;
    co_return state.cancelled() == one::asio::cancellation_type::none;
}

/// How long it may rest after that.
std::chrono::milliseconds Checker::show(const Result<Checkup>& found)
{
    if (found)
        standing_->checked(*found);
    else
        standing_->trouble(Part::checks, one::to_line(found.error()));
    if (done_) done_();
    if (found && found->failing.empty() && found->unanswered.empty()) {
        again_ = limits_.first_again;
        return with_jitter(limits_.every);
    }
    const auto rest = with_jitter(again_);
    again_ = std::min(again_ * 2, limits_.last_again);
    return rest;
}

}  // namespace onenode
