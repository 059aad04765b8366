// Drivers, guests' directories and namespaces of an OpenNebula that this machine once belonged to (F145).
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/monitoring_client.hpp"
#include "nodeagent/checks/mounts.hpp"
#include "nodeagent/core/gather.hpp"

#include "common/text/number.hpp"
#include "common/text/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::checks {
namespace {

std::string drivers(const HostView& host)
{
    const auto text = host.read("/var/tmp/one/VERSION");
    if (!text) return {};
    const auto lines = one::split_lines(one::trim(*text));
    return fmt::format("drivers of OpenNebula {} in /var/tmp/one", lines.empty() ? "?" : one::trim(lines.back()));
}

// A directory by a guest's number in a datastore by its number; mounted ones are somebody's for everybody.
std::string guests(const HostView& host, const std::string& datastores)
{
    const auto all = mounts(host);
    const auto below = mount_of(all, datastores);
    if (below && is_remote(below->type)) return {};
    for (const auto& store : host.list(datastores).value_or(std::vector<std::string>{})) {
        const auto path = fmt::format("{}/{}", datastores, store);
        const bool mounted = std::ranges::find(all, path, &Mount::point) != all.end();
        if (!one::to_number<unsigned>(store) || mounted || host.read_link(path)) continue;
        for (const auto& name : host.list(path).value_or(std::vector<std::string>{}))
            if (one::to_number<unsigned>(name))
                return fmt::format("directories of guests in {} ({} for one)", path, name);
    }
    return {};
}

std::string namespaces(const HostView& host)
{
    for (const auto& name : host.list("/run/netns").value_or(std::vector<std::string>{}))
        if (name.starts_with("one_tproxy_")) return fmt::format("the network namespace {}", name);
    return {};
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (is_ours(host, context)) return {};
    if (monitoring_config(host).there) return not_checked("this machine may still be a host: see two-frontends");
    const auto datastores = datastores_of(facts, host);
    std::vector<std::string> found;
    for (auto text : {drivers(host), guests(host, datastores), namespaces(host)})
        if (!text.empty()) found.push_back(std::move(text));
    if (found.empty()) return {};
    return {warning(fmt::format("something of an earlier OpenNebula is left: {}", fmt::join(found, "; ")),
                    fmt::format("ls -ld /var/tmp/one {}/*/* /run/netns/*  # remove what nobody needs", datastores))};
}

}  // namespace

constinit const Check leftovers{
    .id = "leftovers",
    .title = "nothing of an earlier OpenNebula is left",
    .run = run,
    .severity = Severity::warning,
    .covers = "F145",
    .explain = "Drivers, directories of guests and network namespaces of an earlier OpenNebula, on a machine that no "
               "join of ours made a host.",
    .without_it =
        "old drivers run until the first copy of new ones, and old namespaces keep a proxy of another front-end.",
    .mend = "remove what nobody needs.",
};

}  // namespace onenode::checks
