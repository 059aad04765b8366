// The page for programs. Fields are only ever added.
#include "nodeagent/cli/status_page.hpp"

#include <nlohmann/json.hpp>

namespace onenode::cli {
namespace {

using Json = nlohmann::ordered_json;

Json host_of(const StatusPage& page)
{
    if (!page.host) return {{"known", false}, {"id", page.member->host_id}};
    return {{"known", true},
            {"id", page.host->host_id},
            {"name", page.host->name},
            {"state", page.host->state},
            {"reason", page.host->reason},
            {"running_vms", page.host->running_vms}};
}

Json agent_of(const StatusPage& page)
{
    if (!page.agent) return {{"runs", false}};
    const auto& agent = *page.agent;
    return {{"runs", true},
            {"pid", agent.pid},
            {"status", agent.sentence},
            {"since", agent.since},
            {"last_contact", agent.last_contact},
            {"last_repair", agent.last_repair},
            {"rests_until", agent.rests_until},
            {"addresses_since", agent.addresses_since},
            {"waits", agent.waits}};
}

Json findings_of(const std::vector<FailedCheck>& checks)
{
    Json findings = Json::array();
    for (const auto& check : checks)
        findings.push_back({{"id", check.id}, {"message", check.message}, {"fix", check.fix}});
    return findings;
}

Json checkup_of(const StatusPage& page)
{
    if (!page.agent || page.agent->checkup.at.empty()) return nullptr;
    const auto& checkup = page.agent->checkup;
    return {{"at", checkup.at},
            {"passed", checkup.passed},
            {"warnings", checkup.warnings},
            {"failed", checkup.failed},
            {"not_checked", checkup.not_checked},
            {"failing", findings_of(checkup.failing)},
            {"unanswered", findings_of(checkup.unanswered)}};
}

Json certificate_of(const StatusPage& page)
{
    if (!page.certificate) return nullptr;
    return {{"not_after", one::rfc3339(page.certificate->not_after)},
            {"renew_at", page.agent ? page.agent->renew_at : std::string{}}};
}

Json node_of(const StatusPage& page)
{
    const auto& member = *page.member;
    Json drift = Json::array();
    for (const auto& one : page.drift)
        drift.push_back({{"path", one.path}, {"what", one.what}});
    return {{"membership", to_string(member.phase)},
            {"frontend", member.frontend},
            {"zone", member.desired.zone},
            {"opennebula", member.desired.opennebula},
            {"node_id", member.node_id},
            {"name", member.desired.node_name},
            {"type", member.desired.type},
            {"desired_state", member.desired.version},
            {"joined_at", member.joined_at},
            {"host", host_of(page)},
            {"agent", agent_of(page)},
            {"checkup", checkup_of(page)},
            {"certificate", certificate_of(page)},
            {"managed", page.managed ? Json(*page.managed) : Json(nullptr)},
            {"drift", std::move(drift)},
            {"guests", page.guests},
            {"foreign_guests", page.foreign_guests},
            {"addresses", page.addresses},
            {"proofs",
             {{"passed", {"login", "monitoring", "rehearsal"}},
              {"at", member.joined_at},
              {"login_at", page.login_proven_at}}}};
}

}  // namespace

std::string to_json(const StatusPage& page)
{
    Json json{{"schema", "onenode/1"},
              {"event", "status"},
              {"time", one::rfc3339(page.now)},
              {"health", to_string(page.health)},
              {"message", page.headline}};
    if (page.member) json.update(node_of(page));
    if (page.member && page.member->joined_at.empty()) json.erase("proofs");
    Json problems = Json::array();
    for (const auto& one : page.problems)
        problems.push_back({{"id", one.id}, {"severity", one.severity}, {"message", one.message}, {"fix", one.fix}});
    json["problems"] = std::move(problems);
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace onenode::cli
