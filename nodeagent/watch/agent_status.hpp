// What a running agent tells of itself in /run/onenode/agent.json, for `onenode status`. Gone after a reboot, like the
// agent.
#pragma once

#include "nodeagent/host/host.hpp"
#include "nodeagent/watch/checkup.hpp"

#include <optional>
#include <string>
#include <vector>

namespace onenode {

struct AgentStatus {  // times are RFC 3339, UTC; empty: not yet
    int pid = 0;
    std::string sentence{};  // what systemd shows
    std::string since{};     // of the sentence
    std::vector<std::string> troubles{};
    std::string last_contact{};  // the front-end's last answer
    std::string renew_at{};
    std::string last_repair{};
    std::string rests_until{};  // another program insists: no repair before that
    std::vector<std::string> addresses{};
    std::string addresses_since{};  // they changed
    std::string waits{};            // for an admin, and what to do
    Checkup checkup{};
    bool operator==(const AgentStatus&) const = default;
};

Result<> write_agent_status(Host& host, const AgentStatus& status);
/// Only of an agent that lives.
std::optional<AgentStatus> read_agent_status(const HostView& host);

}  // namespace onenode
