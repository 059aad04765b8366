// Failed logins of an unfinished installation get the front-end's address banned (F23).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

bool runs_fail2ban(const HostView& host)
{
    const auto processes = host.processes().value_or(std::vector<Process>{});
    return std::ranges::any_of(processes, [](const Process& process) {  // a Python script: its name is the second word
        return std::ranges::any_of(process.argv, [](const auto& word) { return word.ends_with("/fail2ban-server"); });
    });
}

// [{'sshd': ['10.0.0.1', '10.0.0.2']}]
bool is_listed(std::string_view banned, const std::string& address)
{
    return banned.find(fmt::format("'{}'", address)) != std::string_view::npos;
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (context.frontend_addresses.empty() || !runs_fail2ban(host)) return {};
    const auto banned = host.look({.argv = {"fail2ban-client", "banned"}});
    if (!banned) return not_checked(banned.error());
    if (!banned->ok()) return not_checked("fail2ban runs and does not tell whom it banned", "fail2ban-client banned");
    Findings findings;
    for (const auto& address : context.frontend_addresses)
        if (is_listed(banned->out, address))
            findings.push_back(
                error(fmt::format("fail2ban has banned the front-end's address {}", address),
                      fmt::format("fail2ban-client unban {0} && fail2ban-client set sshd addignoreip {0}", address)));
    return findings;
}

}  // namespace

constinit const Check ssh_ban{
    .id = "ssh-ban",
    .title = "the front-end's address is not banned",
    .run = run,
    .covers = "F23",
    .explain = "Whether fail2ban has banned the front-end's address, most often after an installation that failed. "
               "Asked once the address is known.",
    .without_it = "the front-end's connections are dropped: ERROR after about two minutes, with no reason.",
    .mend = "`fail2ban-client unban`.",
};

}  // namespace onenode::checks
