// The agent's own words, written when they change.
#include "nodeagent/watch/agent_status.hpp"

#include "common/wire/visit.hpp"
#include "nodeagent/link/places.hpp"

#include <algorithm>

namespace onenode {

template <class V>
void fields(V& v, FailedCheck& m)
{
    v("id", m.id);
    v("message", m.message);
    v("fix", m.fix);
}

template <class V>
void fields(V& v, Checkup& m)
{
    v("at", m.at);
    v("passed", m.passed);
    v("warnings", m.warnings);
    v("failed", m.failed);
    v("not_checked", m.not_checked);
    v("failing", m.failing);
    v("unanswered", m.unanswered);
}

template <class V>
void fields(V& v, AgentStatus& m)
{
    v("pid", m.pid);
    v("status", m.sentence);
    v("since", m.since);
    v("troubles", m.troubles);
    v("last_contact", m.last_contact);
    v("renew_at", m.renew_at);
    v("last_repair", m.last_repair);
    v("rests_until", m.rests_until);
    v("addresses", m.addresses);
    v("addresses_since", m.addresses_since);
    v("waits", m.waits);
    v("checkup", m.checkup);
}

Result<> write_agent_status(Host& host, const AgentStatus& status)
{
    const std::string group = host.group("oneadmin") ? "oneadmin" : "root";
    TRY(host.make_directory({.path = places::run_dir, .mode = 0750, .group = group}));
    return host.write({.path = places::agent_status, .text = one::wire::written_as_json(status) + '\n', .mode = 0644});
}

std::optional<AgentStatus> read_agent_status(const HostView& host)
{
    const auto text = host.read(places::agent_status);
    if (!text) return {};
    const auto status = one::wire::read_from_json<AgentStatus>(*text, one::wire::Absent::keeps_default);
    if (!status) return {};
    const auto processes = host.processes().value_or(std::vector<Process>{});
    const bool lives = std::ranges::any_of(processes, [&](const Process& process) {
        return process.pid == status->pid && std::ranges::find(process.argv, "agent") != process.argv.end();
    });
    if (!lives) return {};
    return *status;
}

}  // namespace onenode
