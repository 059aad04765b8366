// Two clouds on one machine overwrite each other's drivers and take over each other's guests (FAILURES F93).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/monitoring_client.hpp"
#include "nodeagent/core/plan.hpp"
#include "nodeagent/core/traces.hpp"
#include "nodeagent/steps/steps.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

std::string of_frontend(const MonitoringConfig& config)
{
    if (config.monitor_address.empty()) return {};
    return config.monitor_address == "auto" ? std::string{}
                                            : fmt::format(" of the front-end {}", config.monitor_address);
}

/// A join of ours, whose state is lost: only its leave takes all of it out.
Finding of_forgotten_join(const HostView& host, const std::vector<std::string>& traces)
{
    const auto config = monitoring_config(host);
    const auto clients = monitoring_clients(host);
    const std::string number = !clients.empty() ? clients.front().host_id : config.host_id;
    return error(
        fmt::format("this machine was joined{}{} by onenode, whose state here is lost; what it wrote is left: {}",
                    number.empty() ? "" : " as host " + number, of_frontend(config), fmt::join(traces, ", ")),
        "onenode leave --offline; then on that front-end: onefrontend node list; onefrontend node remove ID");
}

Findings run(const Facts&, const HostView& host, const CheckContext& context)
{
    if (is_ours(host, context)) return {};  // what monitors us, we brought
    const auto config = monitoring_config(host);
    const auto& ours = context.frontend_addresses;
    if (!config.monitor_address.empty() && std::ranges::find(ours, config.monitor_address) != ours.end()) return {};

    const auto ours_left = find_traces(host, paths_read(steps::all()), steps::block_name, {});
    if (!ours_left.empty() && (config.there || !monitoring_clients(host).empty()))
        return {of_forgotten_join(host, ours_left)};
    const std::string clean_up = "rm -rf /var/tmp/one /var/tmp/one_db";
    if (const auto clients = monitoring_clients(host); !clients.empty()) {
        const auto& client = clients.front();
        return {error(
            fmt::format("this machine is a host already: number {} ({}){}, whose monitoring runs here as process {}",
                        client.host_id, client.host_name, of_frontend(config), client.pid),
            fmt::format("onehost delete {}  # on that front-end; then here: {}", client.host_id, clean_up))};
    }
    if (!config.there) return {};
    return {error(fmt::format("this machine was host {}{}, and may still be it: /var/tmp/one_db/config is left",
                              config.host_id.empty() ? "of an OpenNebula" : "number " + config.host_id,
                              of_frontend(config)),
                  fmt::format("{}  # once that front-end has no such host any more (onehost list)", clean_up))};
}

}  // namespace

constinit const Check two_frontends{
    .id = "two-frontends",
    .title = "no other OpenNebula has this machine",
    .run = run,
    .data_loss = true,
    .covers = "F93",
    .explain = "Whether another OpenNebula has this machine: its monitoring client runs here, or its configuration is "
               "left in `/var/tmp/one_db`, and no join of ours brought it. Two clouds overwrite each other's drivers "
               "and take over each other's VMs.",
    .without_it =
        "VMs that change their state without reason on both front-ends, and hosts that go ON and ERROR in turns.",
    .mend = "delete the host there first.",
};

}  // namespace onenode::checks
