// The report, the proof that may follow it, and when it is made again.
#include "nodeagent/watch/whereabouts.hpp"

#include "common/log.hpp"
#include "nodeagent/core/gather.hpp"
#include "nodeagent/core/history.hpp"
#include "nodeagent/link/login_nonce.hpp"
#include "nodeagent/link/places.hpp"
#include "nodeagent/watch/agent.hpp"
#include "nodeagent/watch/follow.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode {
namespace {

namespace log = one::log;
using one::wire::Finding;
using one::wire::MovedAnswer;

constexpr std::chrono::hours until_something_happens{24 * 365};

/// With the lock: `onenode leave` takes the directory away.
Result<> write_nonce(Host& host, const one::wire::LoginChallenge& challenge)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    if (still_joined(host)) return write_login_nonce(host, challenge);
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = "the new address",
                      .reason = "this machine is no longer joined",
                      .next = "onenode status",
                      .doing = "prove"});
}

std::string with_fix(const Finding& finding)
{
    return finding.fix.empty() ? finding.message : fmt::format("{}: {}", finding.message, finding.fix);
}

/// Of another node that shares with this one what machines are told apart by.
bool is_of_twin(const Finding& finding)
{
    return finding.id == "libvirt-host-uuid" || finding.id == "iscsi-multipath-initiator";
}

/// What the rounds tell of by themselves, since they ask the same front-end.
bool is_told_by_others(ErrorKind kind)
{
    return kind == ErrorKind::unreachable || kind == ErrorKind::timeout || kind == ErrorKind::busy ||
           kind == ErrorKind::interrupted;
}

}  // namespace

Async<> Whereabouts::run()
{
    for (;;) {
        changed_ = false;
        const auto rest = co_await report();
        const bool goes_on = co_await sleep(rest);
        if (!goes_on) co_return;
    }
}

Async<std::chrono::milliseconds> Whereabouts::report()
{
    const auto answer = co_await tell();
    const auto state = co_await one::asio::this_coro::cancellation_state;
    if (state.cancelled() != one::asio::cancellation_type::none) co_return std::chrono::milliseconds{0};  // no news
    co_return answer ? show(*answer) : show(answer.error());
}

void Whereabouts::changed()
{
    changed_ = true;
    retry_ = limits_.first_retry;
    next_.cancel();
}

Async<bool> Whereabouts::sleep(std::chrono::milliseconds time)
{
    if (changed_) co_return true;
    next_.expires_after(time);
    co_await next_.async_wait(one::awaited);
    const auto state = co_await one::asio::this_coro::cancellation_state;
    co_return state.cancelled() == one::asio::cancellation_type::none;
}

/// The UUID is libvirt's own word: the board's may be one that somebody replaced.
one::wire::MovedRequest Whereabouts::look() const
{
    return {.host_name = host_->host_name(),
            .addresses = host_->addresses(),
            .libvirt_uuid = gather_libvirt(*host_, {}).uuid,
            .iscsi_initiator = iscsi_initiator(*host_),
            .macs = physical_macs(*host_)};
}

Async<Result<MovedAnswer>> Whereabouts::tell()
{
    frontend_.hang_up();
    auto look_around = [this] { return look(); };
    const auto where = co_await one::off_the_loop(*worker_, std::move(look_around));
    auto answer = co_await frontend_.moved(where);
    if (!answer || answer->challenge.nonce.empty()) co_return answer;
    auto challenge = answer->challenge;
    co_return co_await prove(std::move(challenge));
}

Async<Result<MovedAnswer>> Whereabouts::prove(one::wire::LoginChallenge challenge)
{
    auto write = [host = host_, challenge] { return write_nonce(*host, challenge); };
    CO_TRY(co_await one::off_the_loop(*worker_, std::move(write)));
    auto answer = co_await frontend_.moved_verdict();
    auto remove = [host = host_, path = challenge.path] { return host->remove(path); };
    const auto removed = co_await one::off_the_loop(*worker_, std::move(remove));
    if (!removed) log::warning("the nonce of a proof stays", {{"reason", one::to_line(removed.error())}});
    const bool is_proven =
        answer && std::ranges::none_of(answer->findings, [](const Finding& one) { return one.id.starts_with("ssh-"); });
    if (!is_proven) co_return answer;
    log::info("the front-end logs in to another address now", {{"address", answer->address}});
    Deed deed{.kind = deeds::moved, .sentence = "the front-end logs in at " + answer->address + " now"};
    remember_or_log(*host_, places::state_dir, std::move(deed));
    co_return answer;
}

std::chrono::milliseconds Whereabouts::show(const MovedAnswer& answer)
{
    retry_ = limits_.first_retry;
    std::string unproven;
    std::string lost_name;
    std::string waits;
    std::string twin;
    for (const Finding& finding : answer.findings) {
        if (finding.id == "rename")
            waits = with_fix(finding);
        else if (finding.id == "host-name")
            lost_name = with_fix(finding);
        else if (is_of_twin(finding))
            twin = with_fix(finding);
        else if (unproven.empty())
            unproven =
                fmt::format("the front-end still looks for this machine at {}: {}", answer.address, with_fix(finding));
    }
    standing_->trouble(Part::addresses, unproven);
    standing_->trouble(Part::name, lost_name);
    standing_->trouble(Part::twin, twin);
    standing_->waits(Part::name, waits);
    return answer.findings.empty() ? std::chrono::milliseconds{until_something_happens} : limits_.look_again;
}

std::chrono::milliseconds Whereabouts::show(const Error& error)
{
    if (error.kind == ErrorKind::unsupported) {  // a front-end from before there was such a report
        log::info("the front-end takes no report of addresses and names", {{"reason", one::to_line(error)}});
        return until_something_happens;
    }
    if (!is_told_by_others(error.kind)) standing_->trouble(Part::addresses, one::to_line(error));
    const auto rest = with_jitter(retry_);
    retry_ = std::min(retry_ * 2, limits_.last_retry);
    return rest;
}

}  // namespace onenode
