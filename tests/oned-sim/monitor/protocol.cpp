// What each kind of message does, in the words that onemonitord logs.
#include "tests/oned-sim/monitor/manager.hpp"
#include "tests/oned-sim/objects/attribute_syntax.hpp"

#include <fmt/format.h>

#include <string_view>

namespace onedsim {
namespace {

constexpr std::string_view unparsable = "Error parsing monitor information";

}  // namespace

void HostMonitor::receive(const std::string& text)
{
    if (text.empty()) return;
    const auto message = parse_message(text);
    if (!message) return log_.info("MDP", "Received UNDEFINED msg: " + text);
    const std::lock_guard lock{mutex_};
    take(*message);
}

void HostMonitor::take(const MonitorMessage& message)
{
    switch (message.type) {
    case MessageType::beacon_host: return take_beacon(message);
    case MessageType::system_host:
    case MessageType::monitor_host: return take_host_report(message);
    case MessageType::state_vm:
    case MessageType::exec_vm:
    case MessageType::monitor_vm: return take_guest_report(message);
    case MessageType::other: return;
    }
}

void HostMonitor::take_beacon(const MonitorMessage& message)
{
    if (message.status != "SUCCESS") {
        log_.warning("MDP",
                     fmt::format("Error condition detected on beacon for host {}: {}", message.host, message.payload));
        if (message.host >= 0) set_error(message.host, message.payload);
        return;
    }
    auto* host = find(message.host, "beacon_host");
    if (host && host->state != HostState::offline) host->heard = clock_.milliseconds();
}

void HostMonitor::take_host_report(const MonitorMessage& message)
{
    const bool system = message.type == MessageType::system_host;
    if (message.status != "SUCCESS") {
        const auto* what = system ? "Failed to get system information for host" : "Failed to monitor host";
        log_.warning("MDP", fmt::format("{} {}: {}", what, message.host, message.payload));
        return set_error(message.host, message.payload);
    }
    if (!in_order(message)) return;
    if (system) return oned_.system_report(message.host, message.payload);

    const auto report = parse_attribute_syntax(message.payload);
    if (!report) {
        log_.error("MDP", fmt::format("Error parsing monitoring template for host {}\nMessage: {}\nError: {}",
                                      message.host, message.payload, parser_words(report.error())));
        return set_error(message.host, std::string{unparsable});
    }
    auto* host = find(message.host, "monitor_host");
    if (!host || host->state == HostState::offline) return;
    oned_.host_record(message.host, record_of(*report, clock_.now()));
    host->heard = clock_.milliseconds();
    host->starting = false;
    log_.info("HMM", fmt::format("Successfully monitored host: {}", message.host));
}

void HostMonitor::take_guest_report(const MonitorMessage& message)
{
    if (message.status != "SUCCESS") {
        const auto* what = message.type == MessageType::state_vm  ? "Failed to monitor VM state for host"
                           : message.type == MessageType::exec_vm ? "Failed to monitor VM qemu execution for host"
                                                                  : "Failed to monitor VM for host";
        return log_.warning("MDP", fmt::format("{} {}: {}", what, message.host, message.payload));
    }
    if (message.type == MessageType::exec_vm && message.payload.find_first_not_of(" \t\r\n") == std::string::npos)
        return;
    if (!in_order(message)) return;
    if (message.type == MessageType::state_vm) return oned_.vm_states(message.host, message.payload);
    if (message.type == MessageType::exec_vm) return;

    const auto report = parse_attribute_syntax(message.payload);
    if (!report) {
        log_.error("MDP", fmt::format("Error parsing VM monitoring template from host {}\nMessage: {}\nError: {}",
                                      message.host, message.payload, parser_words(report.error())));
        return set_error(message.host, std::string{unparsable});
    }
    for (const auto& guest : report->vectors("VM"))
        if (const auto id = guest.find("ID"); id != guest.end() && to_number(id->second).value_or(-1) >= 0)
            log_.info("HMM", "Successfully monitored VM: " + id->second);
}

bool HostMonitor::in_order(const MonitorMessage& message)
{
    if (message.time == 0) return true;
    const auto host = hosts_.find(message.host);
    if (host == hosts_.end()) {
        log_.warning("HMM", fmt::format("message ignored for unknown host {}", message.host));
        return false;
    }
    auto& latest = host->second.latest[message.type];
    if (latest > message.time) {
        log_.warning("HMM", fmt::format("out of order message ignored for host {}", message.host));
        return false;
    }
    latest = message.time;
    return true;
}

void HostMonitor::set_error(int id, const std::string& text)
{
    auto* host = find(id, "monitor_host");
    if (!host || host->state == HostState::offline) return;
    host->starting = false;
    host->heard = clock_.milliseconds();
    oned_.host_error(id, text);
}

}  // namespace onedsim
