// A client of a host that was deleted goes on sending: states flip, and nothing but its process shows it.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/monitoring_client.hpp"

#include "common/text/words.hpp"

#include <fmt/format.h>

namespace onenode::checks {
namespace {

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    const auto clients = monitoring_clients(host);
    if (clients.size() < 2) return {};
    if (!is_ours(host, context)) return not_checked("see two-frontends");
    const auto newest =
        host.read("/var/tmp/one_db/.monitor_client.pid").value_or("");  // each start of a client writes it
    std::vector<std::string> names;
    std::string kill = "kill";
    for (const auto& client : clients) {
        names.push_back(fmt::format("{} (process {})", client.host_id, client.pid));
        if (std::to_string(client.pid) != one::trim(newest)) kill += fmt::format(" {}", client.pid);
    }
    return {warning(
        fmt::format("{} monitoring clients run here, for the hosts {}", clients.size(), fmt::join(names, " and ")),
        kill)};
}

}  // namespace

constinit const Check stale_client{
    .id = "stale-client",
    .title = "one monitoring client runs at the most",
    .run = run,
    .severity = Severity::warning,
    .covers = "F91",
    .explain = "Whether several monitoring clients run here, most often one of a host that was deleted.",
    .without_it = "`message ignored for unknown host`, states that flip.",
    .mend = "end the older one.",
};

}  // namespace onenode::checks
