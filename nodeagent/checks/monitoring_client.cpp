// The file is oneadmin's, so anything may stand in it: what does not parse has no address.
#include "nodeagent/checks/monitoring_client.hpp"

#include <pugixml.hpp>

#include <algorithm>

namespace onenode::checks {

std::vector<MonitoringClient> monitoring_clients(const HostView& host)
{
    std::vector<MonitoringClient> clients;
    const auto processes = host.processes().value_or(std::vector<Process>{});
    for (const auto& process : processes) {
        const auto& argv = process.argv;
        const auto script =
            std::ranges::find_if(argv, [](const auto& word) { return word.ends_with("/monitord-client.rb"); });
        const auto index = static_cast<std::size_t>(script - argv.begin());
        if (script == argv.end() || argv.size() < index + 4) continue;
        clients.push_back({.pid = process.pid, .host_id = argv[index + 2], .host_name = argv[index + 3]});
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
