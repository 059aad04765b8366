// What a running agent tells of itself in /run/onenode/agent.json, for `onenode status`. Gone after a reboot, like the
// agent.
#pragma once

#include "nodeagent/host/host.hpp"

#include <optional>
#include <string>

namespace onenode {

struct AgentStatus {
    int pid = 0;
    std::string sentence{};
    std::string since{};  // RFC 3339, UTC
    bool operator==(const AgentStatus&) const = default;
};

Result<> write_agent_status(Host& host, const AgentStatus& status);
/// Only of an agent that lives.
std::optional<AgentStatus> read_agent_status(const HostView& host);

}  // namespace onenode
