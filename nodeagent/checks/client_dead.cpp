// The monitoring client outlives the login that started it, unless logind ends what a user left behind (F104).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/reading.hpp"
#include "nodeagent/checks/repairs.hpp"
#include "nodeagent/core/oneadmin.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

bool is_yes(std::string_view value)
{
    return value == "yes" || value == "true" || value == "on" || value == "1";
}

struct Logind {
    bool kills = false;
    std::vector<std::string> only{};
    std::vector<std::string> not_these{"root"};
};

Logind logind(const HostView& host)
{
    Logind settings;
    std::vector<std::string> files{"/usr/lib/systemd/logind.conf", "/etc/systemd/logind.conf"};
    std::ranges::move(
        drop_ins(host, {"/usr/lib/systemd/logind.conf.d", "/run/systemd/logind.conf.d", "/etc/systemd/logind.conf.d"}),
        std::back_inserter(files));
    for (const auto& file : files) {
        const auto text = host.read(file).value_or("");
        if (const auto kills = setting_in(text, "KillUserProcesses")) settings.kills = is_yes(*kills);
        if (const auto only = setting_in(text, "KillOnlyUsers")) settings.only = one::split_words(*only);
        if (const auto spared = setting_in(text, "KillExcludeUsers")) settings.not_these = one::split_words(*spared);
    }
    return settings;
}

Findings run(const Facts&, const HostView& host, const CheckContext&)
{
    const auto settings = logind(host);
    const auto names_oneadmin = [](const auto& list) { return std::ranges::find(list, oneadmin::name) != list.end(); };
    if (!settings.kills || names_oneadmin(settings.not_these)) return {};
    if (!settings.only.empty() && !names_oneadmin(settings.only)) return {};
    if (host.stat(fmt::format("/var/lib/systemd/linger/{}", oneadmin::name))) return {};
    return {
        warning("logind ends the processes that a login leaves (KillUserProcesses), and OpenNebula's monitoring is one",
                fmt::format("loginctl enable-linger {}", oneadmin::name))};
}

Changes fix(const Facts&, const HostView& host, const CheckContext&)
{
    if (!has_systemd(host) || !host.user(oneadmin::name)) return {};
    const std::string why = "OpenNebula's monitoring outlives the login that started it";
    const auto path = fmt::format("/var/lib/systemd/linger/{}", oneadmin::name);
    auto changes = missing_directories(host, path, why);
    changes.emplace_back(WriteFile{.path = path, .why = why});
    return changes;
}

}  // namespace

constinit const Check client_dead{
    .id = "client-dead",
    .title = "monitoring outlives the login that started it",
    .run = run,
    .fix = fix,
    .severity = Severity::warning,
    .covers = "F104",
    .explain =
        "Whether logind ends what a login leaves behind (`KillUserProcesses`), OpenNebula's monitoring among it.",
    .without_it = "monitoring starts anew every three minutes.",
    .mend = "`loginctl enable-linger oneadmin`.",
};

}  // namespace onenode::checks
