// What a setting is that was left empty.
#include "frontend/configure/endpoint.hpp"
#include "frontend/configure/settings.hpp"

#include <fmt/format.h>

#include <charconv>

namespace onefrontend::configure {
namespace {

std::string first_of(const std::string& said, const std::string& otherwise)
{
    return said.empty() ? otherwise : said;
}

std::pair<int, int> numbers_of(std::string_view version)
{
    std::pair<int, int> numbers;
    const auto dot = version.find('.');
    std::from_chars(version.data(), version.data() + dot, numbers.first);
    std::from_chars(version.data() + dot + 1, version.data() + version.size(), numbers.second);
    return numbers;
}

}  // namespace

std::string hostname_of(const Settings& settings)
{
    return first_of(settings.hostname, settings.address);
}

std::string monitor_address_of(const Settings& settings)
{
    return first_of(settings.monitor_address, settings.address);
}

std::string monitor_listen_of(const Settings& settings)
{
    return first_of(settings.monitor_listen, settings.ipv6 ? "::" : "0.0.0.0");
}

std::string enrollment_listen_of(const Settings& settings)
{
    return first_of(settings.enrollment_listen, settings.ipv6 ? "::" : "0.0.0.0");
}

std::string events_listen_of(const Settings& settings)
{
    const auto endpoint = parse_endpoint(events_endpoint_of(settings));
    return first_of(settings.events_listen, endpoint && !is_loopback(endpoint->host) ? "0.0.0.0" : "127.0.0.1");
}

std::string oned_endpoint_of(const Settings& settings)
{
    return first_of(settings.oned_endpoint, fmt::format("http://localhost:{}/RPC2", settings.oned_port));
}

std::string oneflow_endpoint_of(const Settings& settings)
{
    return first_of(settings.oneflow_endpoint, fmt::format("http://localhost:{}", settings.oneflow_port));
}

std::string oneform_endpoint_of(const Settings& settings)
{
    return first_of(settings.oneform_endpoint, fmt::format("http://localhost:{}/api/v1", settings.oneform_port));
}

std::string events_endpoint_of(const Settings& settings)
{
    return first_of(settings.events_endpoint, "tcp://localhost:2101");
}

std::string guacd_endpoint_of(const Settings& settings)
{
    return first_of(settings.guacd_endpoint, fmt::format("localhost:{}", settings.guacd_port));
}

std::vector<ProxyEntry> proxies_of(const Settings& settings)
{
    std::vector<ProxyEntry> entries;
    if (settings.onegate_proxy && !settings.onegate_endpoint.empty()) {
        const auto endpoint = parse_endpoint(settings.onegate_endpoint);
        entries.push_back({.service_port = endpoint ? endpoint->port : 5030,
                           .remote_address = first_of(settings.onegate_proxy_address, settings.address),
                           .remote_port = settings.onegate_proxy_port});
    }
    if (settings.oneks)
        entries.push_back(
            {.service_port = 2633, .remote_address = settings.address, .remote_port = settings.oned_port});
    entries.insert(entries.end(), settings.proxies.begin(), settings.proxies.end());
    return entries;
}

bool is_at_least(const Settings& settings, std::string_view version)
{
    return numbers_of(settings.version) >= numbers_of(version);
}

}  // namespace onefrontend::configure
