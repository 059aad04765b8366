// Asks sshd, and writes the commands that mend it.
#include "nodeagent/checks/sshd_settings.hpp"

#include "common/text/words.hpp"
#include "nodeagent/checks/packages.hpp"
#include "nodeagent/checks/repairs.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

constexpr std::string_view main_file = "/etc/ssh/sshd_config";
constexpr std::string_view drop_in = "/etc/ssh/sshd_config.d/00-oneadmin.conf";  // sshd keeps the first value it reads

bool has_drop_ins(const HostView& host)
{
    return steps::includes_drop_ins(host.read(main_file).value_or(""));
}

// Ubuntu lets systemd listen; then sshd's own port counts only after the socket unit was made anew.
std::string restart(const HostView& host)
{
    if (host.stat("/etc/systemd/system/sockets.target.wants/ssh.socket"))
        return "systemctl daemon-reload && systemctl restart ssh.socket";
    return fmt::format("systemctl restart {}", ssh_unit(host));
}

bool is_unbooted_image(const HostView& host)
{
    const auto id = host.read("/etc/machine-id");
    return has_systemd(host) && id && id->empty();
}

}  // namespace

bool lacks_host_keys(const CommandOutput& answer)
{
    return answer.err.find("no hostkeys available") != std::string::npos;
}

Finding without_host_keys(const HostView& host)
{
    constexpr const char* message = "sshd has no host key, and lets nobody in";
    if (is_unbooted_image(host))
        return error(
            fmt::format("{}: this machine is an image (onenode prepare), and makes them when it boots next", message),
            "systemctl reboot");
    return error(message, fmt::format("ssh-keygen -A && systemctl restart {}", ssh_unit(host)));
}

std::vector<std::string> login_sources(const Facts& facts, const CheckContext& context)
{
    if (!context.frontend_addresses.empty()) return context.frontend_addresses;
    if (!facts.identity.addresses.empty()) return {facts.identity.addresses.front()};
    return {"127.0.0.1"};
}

Result<SshdSettings> sshd_settings(const HostView& host, const std::string& source)
{
    TRY_LET(const auto output, ask_sshd(host, source));
    if (output.ok()) return SshdSettings{output.out};
    return one::fail({.thing = "sshd -T", .reason = complaint_of(output), .next = "sshd -t", .doing = "run"});
}

Findings judge_sshd(const Facts& facts, const HostView& host, const CheckContext& context, const Judge& judge)
{
    const auto sources = login_sources(facts, context);
    for (const auto& source : sources) {
        const auto settings = sshd_settings(host, source);
        if (!settings) return not_checked("sshd does not tell its settings: see sshd-config and sshd-down");
        auto findings = judge(*settings, source);
        if (findings.empty()) continue;
        if (sources.size() > 1) findings.front().message += fmt::format(" (for logins from {})", source);
        return findings;
    }
    return {};
}

bool joining_mends(const HostView& host, const CheckContext& context)
{
    return context.joining && has_drop_ins(host);
}

std::string sshd_fix_for_oneadmin(const HostView& host, const std::vector<std::string>& settings)
{
    std::string lines = "'Match User oneadmin'";
    for (const auto& setting : settings)
        lines += fmt::format(" '    {}'", setting);
    const auto file =
        has_drop_ins(host) ? drop_in : main_file;  // at the end, a Match block takes nothing away from others
    return fmt::format("printf '%s\\n' {} >>{} && systemctl reload {}", lines, file, ssh_unit(host));
}

Changes sshd_drop_in(const Facts& facts, const HostView& host, const CheckContext& context, std::string_view name,
                     const WantedLines& wanted)
{
    if (!has_drop_ins(host) || !has_systemd(host)) return {};
    for (const auto& source : login_sources(facts, context)) {
        const auto settings = sshd_settings(host, source);
        const auto lines = settings ? wanted(*settings) : steps::SshdLines{};
        if (lines.empty()) continue;
        auto file = steps::sshd_drop_in(steps::sshd_drop_in_path(name), lines, {});
        auto changes = missing_directories(host, file.path, file.why);
        changes.emplace_back(std::move(file));
        return changes;
    }
    return {};
}

std::string sshd_fix_for_all(const HostView& host, const std::string& setting)
{
    if (has_drop_ins(host))
        return fmt::format("echo '{}' >/etc/ssh/sshd_config.d/00-onenode.conf && {}", setting, restart(host));
    return fmt::format("sed -i '1i {}' {} && {}", setting, main_file, restart(host));
}

}  // namespace onenode::checks
