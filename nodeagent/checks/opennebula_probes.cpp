// OpenNebula's probes as its monitoring client would run them, over copies of what they write.
#include "nodeagent/checks/checks.hpp"
#include "nodeagent/checks/findings.hpp"
#include "nodeagent/checks/monitoring_client.hpp"

#include "common/probes/trouble.hpp"
#include "common/text/printable.hpp"
#include "nodeagent/core/gather.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <numeric>

namespace onenode::checks {
namespace {

using one::probes::Run;

constexpr const char* remotes = "/var/tmp/one";
constexpr std::chrono::seconds limit{80};
constexpr std::chrono::seconds patience_of_opennebula{90};

one::probes::Host host_of(const Facts& facts, const HostView& host, const CheckContext& context)
{
    const auto config = monitoring_config(host);
    const bool is_known = config.there && !config.host_id.empty();
    constexpr const char* nobodys =
        "<MONITOR_CONFIGURATION><DATASTORE_LOCATION>/var/lib/one/datastores</DATASTORE_LOCATION>"
        "<HOST_ID>-1</HOST_ID></MONITOR_CONFIGURATION>";
    return {.remote_scripts_dir = remotes,
            .type = context.type,
            .id = is_known ? config.host_id : "-1",
            .name = context.name.empty() ? facts.identity.host_name : context.name,
            .configuration_xml = is_known ? host.read("/var/tmp/one_db/config").value_or(nobodys) : nobodys};
}

Finding told(const Run& run, bool is_first, const one::probes::Host& host)
{
    const auto trouble = one::probes::explain(run);
    auto message =
        fmt::format("{} (after {:.1f} s)", to_line(run, trouble), std::chrono::duration<double>{run.took}.count());
    if (is_first)
        message +=
            fmt::format("; OpenNebula goes no further and shows \"Error monitoring Host {} ({}): \" without a reason",
                        host.name, host.id);
    return error(std::move(message), trouble.fix, one::plain_line(run.file, 64));
}

Findings judge(const one::probes::Runs& probes, const one::probes::Host& host)
{
    const auto is_of_host = [](const Run& run) { return run.category == "host/system"; };
    if (std::ranges::none_of(probes.runs, is_of_host))
        return {
            error(fmt::format("no probe below {}/im can be executed", remotes), fmt::format("findmnt -T {}", remotes))};
    Findings findings;
    for (const Run& run : probes.runs)
        if (run.exit_code != 0) findings.push_back(told(run, findings.empty(), host));
    const auto all = std::transform_reduce(probes.runs.begin(), probes.runs.end(), std::chrono::milliseconds{0},
                                           std::plus{}, [](const Run& run) { return run.took; });
    if (all < patience_of_opennebula / 2) return findings;
    const auto& slowest = *std::ranges::max_element(probes.runs, {}, &Run::took);
    findings.push_back(warning(
        fmt::format(
            "the probes take {} s one after the other, OpenNebula gives them {} s; the slowest is {}/{}, with {} s",
            std::chrono::ceil<std::chrono::seconds>(all).count(), patience_of_opennebula.count(), slowest.category,
            one::plain_line(slowest.file, 64), std::chrono::ceil<std::chrono::seconds>(slowest.took).count()),
        "see what it waits for: often a dead network file system, or very many machines", "slow"));
    return findings;
}

Findings run(const Facts& facts, const HostView& host, const CheckContext& context)
{
    if (!host.stat(fmt::format("{}/im/{}.d", remotes, context.type)))
        return not_checked("OpenNebula brings its probes when it begins to monitor this machine");
    const auto helper = find_probe(host);
    if (!helper) return not_checked("onenode-probe is not there", "install the package onenode again");
    const auto played = host_of(facts, host, context);
    const auto output =
        host.look({.argv = {*helper, "rehearse", "oneadmin"}, .input = one::probes::script(played), .limit = limit});
    if (!output) return not_checked(output.error());
    const auto probes = one::probes::parse(output->out);
    if (probes.complete) return judge(probes, played);
    return not_checked(fmt::format("the rehearsal did not end: {}", complaint_of(*output)));
}

}  // namespace

constinit const Check opennebula_probes{
    .id = "opennebula-probes",
    .title = "OpenNebula's probes run as oneadmin",
    .run = run,
    .object = "<probe>",
    .covers = "F57, F78, F79, F82, F83, F84, F117",
    .explain =
        "Runs each of OpenNebula's probes that it has brought to `/var/tmp/one/im`, as its monitoring client would, "
        "and tells the error and the time of each one that fails: all of them, where OpenNebula stops at the "
        "first. They see copies of what they write, and disks that cannot be written; those that act on guests "
        "are left out.",
    .without_it = "`Error monitoring Host kvm1 (7): ` and nothing after the colon.",
    .mend = "said with each: a package, libvirt, rights.",
};

}  // namespace onenode::checks
