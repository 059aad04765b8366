// Looks which chains stop what has to pass, and puts ours beside them.
#include "nodeagent/watch/firewall.hpp"

#include "common/log.hpp"
#include "common/text/words.hpp"
#include "nodeagent/firewall/rules.hpp"
#include "nodeagent/firewall/words.hpp"
#include "nodeagent/link/membership.hpp"
#include "nodeagent/link/places.hpp"

#include <algorithm>
#include <array>

namespace onenode {
namespace {

namespace log = one::log;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::chrono::seconds limit{30};

Result<> run_all(Host& host, const std::vector<firewall::Argv>& commands)
{
    for (const auto& argv : commands) {
        const Command command{.argv = argv, .limit = limit};
        TRY_LET(const auto output, host.run(command));
        if (output.ok()) continue;
        return one::fail({.kind = ErrorKind::denied,
                          .thing = argv.front(),
                          .reason = complaint_of(output),
                          .next = one::to_shell(argv),
                          .doing = "open the firewall by"});
    }
    return {};
}

/// iptables-legacy's: the kernel tells nobody of a change.
bool has_silent_rules(const HostView& host)
{
    return std::ranges::any_of(std::array{"/proc/net/ip_tables_names", "/proc/net/ip6_tables_names"},
                               [&host](const char* names) {
                                   const auto tables = one::split_lines(host.read(names).value_or(""));
                                   return std::ranges::find(tables, "filter") != tables.end();
                               });
}

/// Time passes only where somebody has to look though nobody was told.
Async<Woken> wait_for_news(const HostView& host, Eye* eye, FirewallLimits limits)
{
    for (;;) {
        auto woken = Woken::time_passed;
        if (eye != nullptr) {
            woken = co_await eye->changed(limits.slow);
        } else {
            const bool waited = co_await one::pause(limits.slow);
            if (!waited) woken = Woken::cancelled;
        }
        if (woken != Woken::time_passed) co_return woken;
        if (keeps_firewall_open(host) && (eye == nullptr || has_silent_rules(host))) co_return woken;
    }
}

}  // namespace

bool keeps_firewall_open(const HostView& host)
{
    return host.stat(firewall::file).has_value();
}

Result<std::size_t> open_firewall_again(Host& host)
{
    TRY_LET(const auto lock, host.lock(places::lock));
    TRY_LET(const auto member, load_membership(host));
    if (!member || member->phase != MemberPhase::joined || !keeps_firewall_open(host)) return std::size_t{0};
    TRY_LET(const auto text, host.read(firewall::file));
    const auto rules = firewall::gather(host);
    if (rules.problem.starts_with(firewall::nft_is_silent))
        return one::fail({.kind = ErrorKind::denied,
                          .thing = "the firewall",
                          .reason = rules.problem,
                          .next = "run it and see what holds it up: nft list ruleset",
                          .doing = "look at"});
    const auto groups = firewall::commands_left(rules, firewall::read_openings(text));
    for (const auto& commands : groups)
        TRY(run_all(host, commands));
    return groups.size();
}

Async<> keep_firewall_open(Host& host, OpenEye open, Standing& standing, one::asio::thread_pool& worker,
                           FirewallLimits limits)
{
    std::unique_ptr<Eye> eye;
    bool opened_eye = false;
    auto rest = milliseconds{0};
    auto tried = steady_clock::time_point{};
    for (;;) {
        if (!opened_eye && keeps_firewall_open(host)) {  // a join or a wish of the front-end may write the file later
            opened_eye = true;
            eye = open();
        }
        auto work = [host = &host] { return open_firewall_again(*host); };
        const auto opened = co_await one::off_the_loop(worker, std::move(work));
        const bool busy = !opened && opened.error().kind == ErrorKind::busy;  // another onenode: it ends any moment
        if (!busy) standing.trouble(Part::firewall, opened ? std::string{} : one::to_line(opened.error()));
        if (opened && *opened > 0) {
            log::info("rules of the firewall were loaded anew: ours stand beside them again", {{"chains", *opened}});
        }
        if (!opened || *opened > 0) {  // who does not want them there, or stumbles, is not tried all the time
            const auto now = steady_clock::now();
            const bool soon = now - tried < rest + limits.undisturbed;
            rest = soon ? std::clamp(rest * 2, limits.first_rest, limits.last_rest) : limits.first_rest;
            tried = now;
            const bool waited = co_await one::pause(rest);
            if (!waited) co_return;
            if (!opened) continue;
        }
        const Woken woken = co_await wait_for_news(host, eye.get(), limits);
        if (woken == Woken::cancelled) co_return;
        if (woken == Woken::time_passed) continue;
        const bool is_quiet = co_await until_quiet(*eye, limits.quiet);
        if (!is_quiet) co_return;
    }
}

}  // namespace onenode
