// An sshd that runs with yesterday's configuration does not come back after the next restart if today's is broken.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/sshd_settings.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

// Made by the unit when it starts: its absence only says that sshd is down.
constexpr std::string_view of_a_stopped_unit = "Missing privilege separation directory";

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto output = ask_sshd(host, login_sources(facts, context).front());
    if (!output && output.error().kind == ErrorKind::invalid)
        return {error(one::to_line(output.error()), output.error().next)};
    if (!output) return not_checked("sshd cannot be asked: see sshd-down");
    if (output->ok()) return {};
    const auto complaint = complaint_of(*output);
    if (complaint.find(of_a_stopped_unit) != std::string::npos)
        return not_checked("sshd is not running: see sshd-down");
    if (lacks_host_keys(*output)) return {without_host_keys(host)};
    return {error(fmt::format("sshd does not accept its configuration: {}", complaint), "sshd -t")};
}

}  // namespace

constinit const Check sshd_config{
    .id = "sshd-config",
    .title = "sshd accepts its configuration",
    .run = run,
    .covers = "F11",
    .explain =
        "Whether sshd accepts its configuration files. A server that is running does not come back after the "
        "next restart otherwise. It does not without host keys either, as in an image that `onenode prepare` "
        "made, or with a drop-in that is no regular file (a FIFO), for which it waits. The following checks need "
        "this.",
    .without_it = "`Connection refused` after the next restart of sshd or of the machine.",
    .mend = "`sshd -t` names file and line; a boot makes an image's keys.",
};

}  // namespace onenode::checks
