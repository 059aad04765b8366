// What only both ends together can show, before there is a host: logins, monitoring, and the rehearsal.
#include "nodeagent/cli/join.hpp"

#include "nodeagent/link/login_nonce.hpp"
#include "nodeagent/link/network.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace onenode::cli {
namespace {

constexpr std::string_view account = "oneadmin";

Result<> prove_login(World& world, Frontend& frontend)
{
    TRY_LET(const wire::LoginChallenge challenge, world.network->patiently([&] { return frontend.login_challenge(); }));
    TRY(write_login_nonce(*world.host, challenge));
    const auto report = world.network->wait(frontend.login_verdict());
    const auto gone = world.host->remove(challenge.path);
    if (!report) return one::fail(report.error());
    TRY(gone);
    TRY(refuse_findings(*world.terminal, report->findings, "prove", "the login of the front-end"));
    world.terminal->say(fmt::format("the front-end logs in as {}{}{}", account,
                                    report->ssh_client.empty() ? "" : " from ", report->ssh_client),
                        {{"proof", "login"}, {"ssh_client", report->ssh_client}});
    return {};
}

Result<> prove_monitoring(World& world, Frontend& frontend)
{
    TRY_LET(const wire::MonitoringChallenge challenge,
            world.network->patiently([&] { return frontend.monitoring_challenge(); }));
    const wire::MonitoringSent sent = send_monitoring(challenge, *world.host, world.network->monitoring_path());
    TRY_LET(const wire::ProofReport report,
            world.network->patiently([&] { return frontend.monitoring_verdict(sent); }));
    auto findings = sent.findings;
    for (const auto& finding : report.findings)
        if (std::ranges::find(findings, finding.id, &wire::Finding::id) == findings.end()) findings.push_back(finding);
    TRY(refuse_findings(*world.terminal, findings, "prove", "monitoring"));
    world.terminal->say(fmt::format("monitoring reaches {} port {}, UDP and TCP", sent.resolved, challenge.port),
                        {{"proof", "monitoring"}, {"address", sent.resolved}});
    return {};
}

}  // namespace

Result<> refuse_findings(Terminal& terminal, const std::vector<wire::Finding>& findings, std::string_view doing,
                         std::string_view thing)
{
    terminal.show(findings);
    const auto first = std::ranges::find(findings, "error", &wire::Finding::severity);
    if (first == findings.end()) return {};
    return one::fail({.kind = ErrorKind::conflict,
                      .thing = std::string{thing},
                      .reason = first->message,
                      .next = first->fix,
                      .doing = std::string{doing}});
}

Result<> prove(World& world, Frontend& frontend)
{
    world.terminal->begin("prove");
    TRY(prove_login(world, frontend));
    return prove_monitoring(world, frontend);
}

Result<> rehearse(World& world, Frontend& frontend)
{
    world.terminal->begin("rehearse");
    TRY_LET(const wire::ProofReport report, world.network->patiently([&] { return frontend.rehearse(); }));
    TRY(refuse_findings(*world.terminal, report.findings, "prove", "what OpenNebula will do here"));
    world.terminal->say("OpenNebula's drivers were copied, every probe ran");
    return {};
}

}  // namespace onenode::cli
