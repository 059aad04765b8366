// The rehearsal in order: the host sync, then each probe once.
#include "frontend/proofs/rehearsal.hpp"

#include "common/probes/trouble.hpp"
#include "common/text/printable.hpp"
#include "frontend/enroll/attributes.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/files.hpp"
#include "frontend/enroll/names.hpp"
#include "frontend/proofs/host_sync.hpp"
#include "frontend/proofs/monitor_configuration.hpp"
#include "frontend/proofs/ssh_environment.hpp"
#include "frontend/proofs/ssh_trouble.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onefrontend {
namespace {

using one::Result;

constexpr std::chrono::milliseconds probes_limit{80'000};  // OpenNebula itself gives them 90 s
constexpr int placeholder_host = 2'000'000'000;  // of no cloud; always the same, so that nothing could pile up

// Here ssh may ride on the connection that rsync left open, as OpenNebula's own would.
Result<one::CommandOutput> run_probes(const Config& config, const Node& node)
{
    TRY_LET(const auto text, read_small_file(config.monitord_conf));
    TRY_LET(const auto attributes, parse_attributes(text));
    auto command =
        as_oned(config, {"ssh", "-T", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR", node.name, "sh -s"}, probes_limit);
    const ProbedHost probed{.id = placeholder_host, .datastore_location = datastore_location(config)};
    command.input = one::probes::script({.remote_scripts_dir = config.remote_scripts_dir,
                                         .type = node.type,
                                         .id = std::to_string(placeholder_host),
                                         .name = node.name,
                                         .configuration_xml = monitor_configuration(attributes, probed)});
    return one::run_command(command);
}

Finding no_answer(const one::CommandOutput& output, const Config& config, const Node& node)
{
    auto trouble = ssh_failed(output) ? explain_ssh(output.err, node.name) : Trouble{};
    if (trouble.cause.empty())
        trouble = {fmt::format("the probes' shell ended with {}: {}", output.exit_code,
                               one::plain_line(last_line(output.err))),
                   fmt::format("on the node: ls {}/im/{}.d", config.remote_scripts_dir, node.type)};
    return broken("probes", trouble.cause, trouble.fix);
}

Finding broken_probe(const one::probes::Run& run)
{
    const auto trouble = one::probes::explain(run);
    return broken("probe-" + one::plain_line(run.file, 64), to_line(run, trouble), "on the node: " + trouble.fix);
}

}  // namespace

Findings judge_probes(const one::probes::Runs& probes, const std::string& remote_scripts_dir)
{
    Findings findings;
    for (const auto& run : probes.runs)
        if (run.exit_code != 0) findings.push_back(broken_probe(run));
    const bool any_of_host =
        std::ranges::any_of(probes.runs, [](const auto& run) { return run.category == "host/system"; });
    if (!any_of_host)
        findings.push_back(broken(
            "probes",
            fmt::format("no probe below {}/im can be executed: usually /var/tmp is mounted noexec", remote_scripts_dir),
            fmt::format("on the node: findmnt -T {}; mount -o remount,exec the file system it shows",
                        remote_scripts_dir)));
    if (findings.empty())
        findings.push_back(proven("probes", fmt::format("{} probes ran as oneadmin", probes.runs.size())));
    return findings;
}

Findings rehearse_host(const Config& config, const Node& node)
{
    if (const auto name = check_host_name(node.name); !name)  // it becomes a word in the argv of ssh and rsync
        return {broken("host-sync", name.error()), not_checked("probes", "needs host-sync")};
    Findings findings{judge_sync(sync_host(config, node.name), config, node.name)};
    if (!all_proven(findings)) {
        findings.push_back(not_checked("probes", "needs host-sync"));
        return findings;
    }
    const auto output = run_probes(config, node);
    if (!output) {
        findings.push_back(broken("probes", output.error()));
        return findings;
    }
    const auto probes = one::probes::parse(output->out);
    if (!probes.complete) findings.push_back(no_answer(*output, config, node));
    const bool nothing_ran = !probes.complete && probes.runs.empty();
    if (nothing_ran) return findings;
    for (auto& finding : judge_probes(probes, config.remote_scripts_dir))
        findings.push_back(std::move(finding));
    return findings;
}

}  // namespace onefrontend
