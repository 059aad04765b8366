// The file is oneadmin's, so anything may stand in it: what does not parse has no address.
#include "nodeagent/checks/monitoring_client.hpp"

#include "nodeagent/core/oneadmin.hpp"

#include <pugixml.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace onenode::checks {
namespace {

constexpr std::string_view client = "/monitord-client.rb";
// The client itself, and what ends it: that kills the client first and then sleeps for seconds, still at work here.
constexpr std::array<std::string_view, 3> programs{client, "/monitord-client_control.sh", "/stop_monitord_client"};
constexpr std::array<std::string_view, 3> shells{"sh", "bash", "dash"};

bool is_interpreter(std::string_view path)
{
    const auto name = path.substr(path.rfind('/') + 1);
    return name.starts_with("ruby") || std::ranges::find(shells, name) != shells.end();
}

}  // namespace

DriversId drivers_id(const HostView& host)
{
    const auto user = host.user(oneadmin::name);
    if (!user) return {};
    return user->uid;
}

std::optional<std::size_t> monitoring_script(const Process& process, DriversId drivers)
{
    const auto& argv = process.argv;
    if (!drivers || process.uid != *drivers || argv.empty() || !is_interpreter(argv.front())) return {};
    const auto script =
        std::find_if(argv.begin() + 1, argv.end(), [](const std::string& word) { return !word.starts_with('-'); });
    if (script == argv.end() || script->find(' ') != std::string::npos) return {};
    if (std::ranges::none_of(programs, [&](std::string_view program) { return script->ends_with(program); })) return {};
    return static_cast<std::size_t>(script - argv.begin());
}

std::vector<MonitoringClient> monitoring_clients(const HostView& host)
{
    std::vector<MonitoringClient> clients;
    const auto drivers = drivers_id(host);
    const auto processes = host.processes().value_or(std::vector<Process>{});
    for (const auto& process : processes) {
        const auto& argv = process.argv;
        const auto script = monitoring_script(process, drivers);
        if (!script || !argv[*script].ends_with(client) || argv.size() < *script + 4) continue;
        clients.push_back({.pid = process.pid, .host_id = argv[*script + 2], .host_name = argv[*script + 3]});
    }
    return clients;
}

MonitoringConfig monitoring_config(const HostView& host)
{
    const auto text = host.read("/var/tmp/one_db/config");
    if (!text) return {};
    pugi::xml_document document;
    document.load_buffer(text->data(), text->size());
    const auto root = document.document_element();
    return {.there = true,
            .monitor_address = root.child("NETWORK").child_value("MONITOR_ADDRESS"),
            .host_id = root.child_value("HOST_ID")};
}

}  // namespace onenode::checks
