// Runs what a repair consists of, and sees to it that OpenNebula's script did what it was told.
#include "nodeagent/vnm/repair.hpp"

#include "common/log.hpp"
#include "common/text/words.hpp"
#include "nodeagent/core/distribution.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::vnm {
namespace {

constexpr std::chrono::seconds script_limit{20};  // it starts Ruby
constexpr int attempts = 5;

Error refused(const Command& command, const CommandOutput& output)
{
    const auto lines = one::split_lines(output.err.empty() ? output.out : output.err);
    return {.kind = ErrorKind::internal,
            .thing = "the transparent proxy",
            .reason = fmt::format("{}: {}", one::to_shell(command.argv),
                                  lines.empty() ? fmt::format("exit code {}", output.exit_code) : lines.front()),
            .next = "onenode doctor",
            .doing = "restore"};
}

Result<> run(Host& host, const Command& command)
{
    TRY_LET(const auto output, host.run(command));
    if (!output.ok()) return one::fail(refused(command, output));
    return {};
}

std::vector<int> pids_of(const Proxy& proxy)
{
    std::vector<int> pids{proxy.pid};
    for (const auto& bridge : proxy.bridges)
        pids.push_back(bridge.pid);
    std::erase(pids, 0);
    return pids;
}

// OpenNebula's script starts nothing beside a process that is still ending, and each call takes it a while.
Result<> start(Host& host, const std::vector<int>& old)
{
    for (int attempt = 0;; ++attempt) {
        TRY_LET(const auto proxy, look_at_proxy(host));
        const auto pids = pids_of(proxy);
        const bool is_old =
            std::ranges::any_of(pids, [&old](int pid) { return std::ranges::find(old, pid) != old.end(); });
        if (runs(proxy) && !is_old) return {};
        if (attempt == attempts) break;
        TRY(run(host, script(host, "start")));
    }
    return one::fail({.kind = ErrorKind::internal,
                      .thing = "the transparent proxy",
                      .reason = "it ends right after it was started",
                      .next = "tail /var/log/one_tproxy*.log; onenode doctor",
                      .doing = "start"});
}

}  // namespace

Command script(const HostView& host, std::string_view word)
{
    std::vector<std::string> argv{"sudo", "-n", proxy_script, std::string{word}};
    if (!has_systemd(host)) return {.argv = std::move(argv), .user = "oneadmin", .limit = script_limit};
    // In our own unit it would end with us, and live under our unit's restrictions.
    argv.insert(argv.begin(), {"systemd-run", "--quiet", "--collect", "--uid=oneadmin", "--property=Type=forking",
                               "--property=GuessMainPID=no", "--description=OpenNebula's transparent proxy", "--"});
    return {.argv = std::move(argv), .limit = script_limit};
}

Result<> perform(Host& host, const Repair& repair, const Proxy& found)
{
    for (const auto& command : repair.commands)
        TRY(run(host, command));
    switch (repair.order) {
    case Order::none: break;
    case Order::start: TRY(start(host, {})); break;
    case Order::reload: TRY(run(host, script(host, "reload"))); break;
    case Order::restart:
        TRY(run(host, script(host, "restart")));
        TRY(start(host, pids_of(found)));
        break;
    }
    for (const auto& command : repair.best_effort)
        if (const auto done = run(host, command); !done)
            one::log::debug("questions for the proxy's address leave this machine",
                            {{"reason", one::to_line(done.error())}});
    return {};
}

}  // namespace onenode::vnm
