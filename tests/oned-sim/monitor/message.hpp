// What a node's monitoring client sends: TYPE STATUS HOST TIME PAYLOAD, the payload deflated and in base64.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace onedsim {

enum class MessageType { monitor_vm, beacon_host, monitor_host, system_host, state_vm, exec_vm, other };

struct MonitorMessage {
    MessageType type = MessageType::other;
    std::string status = "-";
    int host = -1;
    std::time_t time = 0;
    std::string payload{};

    bool operator==(const MonitorMessage&) const = default;
};

/// Nothing where onemonitord would log "Received UNDEFINED msg" with the whole text. `other`: known, and ignored.
std::optional<MonitorMessage> parse_message(const std::string& text);

/// The reports inside a START_MONITOR answer, in the order in which onemonitord takes them; nothing where it is no such
/// XML.
std::optional<std::vector<MonitorMessage>> parse_start_answer(std::string_view xml, int host);

}  // namespace onedsim
