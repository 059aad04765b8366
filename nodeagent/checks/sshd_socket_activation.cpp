// Where systemd listens for sshd, the socket's unit decides: Port and ListenAddress of sshd_config count for nothing
// (F13). Ubuntu makes the unit from sshd_config.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include <fmt/format.h>

#include <array>

namespace onenode::checks {
namespace {

constexpr std::array generators{"/usr/lib/systemd/system-generators/sshd-socket-generator",
                                "/lib/systemd/system-generators/sshd-socket-generator"};

std::string enabled_socket(const HostView& host)
{
    for (const auto* name : {"ssh", "sshd"})
        if (host.stat(fmt::format("/etc/systemd/system/sockets.target.wants/{}.socket", name))) return name;
    return {};
}

bool is_generated(const HostView& host)
{
    for (const auto* path : generators)
        if (host.stat(path)) return true;
    return false;
}

std::string without_effect(const SshdSettings& settings)
{
    for (const auto& port : settings.values("port"))
        if (port != "22") return fmt::format("Port {}", port);
    for (const auto& address : settings.values("listenaddress"))
        if (!address.starts_with("0.0.0.0:") && !address.starts_with("[::]:"))
            return fmt::format("ListenAddress {}", address);
    return {};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto name = enabled_socket(host);
    if (name.empty() || is_generated(host)) return {};
    return judge_sshd(facts, host, context, [&name](const SshdSettings& settings, const std::string&) -> Findings {
        const auto setting = without_effect(settings);
        if (setting.empty()) return {};
        return {warning(
            fmt::format("systemd listens for sshd ({}.socket), so {} in sshd_config counts for nothing", name, setting),
            fmt::format("systemctl disable --now {0}.socket && systemctl enable --now {0}.service", name))};
    });
}

}  // namespace

constinit const Check sshd_socket_activation{
    .id = "sshd-socket-activation",
    .title = "sshd listens where its configuration says",
    .run = run,
    .severity = Severity::warning,
    .covers = "F13",
    .explain = "Whether `Port` or `ListenAddress` of `sshd_config` count for nothing because systemd listens for sshd. "
               "Ubuntu makes the socket from `sshd_config`, so it is not asked there.",
    .without_it = "a port or address that people believe closed or moved is not, and port 22 may not answer.",
    .mend = "the service instead of the socket.",
};

}  // namespace onenode::checks
