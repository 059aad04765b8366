// Every rule a function; all that is wrong is said at once.
#include "frontend/configure/check.hpp"
#include "frontend/configure/endpoint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace onefrontend::configure {
namespace {

one::Error wrong(std::string_view key, std::string reason, std::string next = {})
{
    return {.kind = one::ErrorKind::invalid,
            .thing = std::string{key},
            .reason = std::move(reason),
            .next = std::move(next),
            .doing = "use"};
}

/// What nodes are told must mean this front-end there, too.
void check_for_nodes(Verdict& verdict, const Settings& settings, std::string_view key, const std::string& address)
{
    const auto error = [&](std::string reason) {
        verdict.errors.push_back(
            wrong(key, std::move(reason),
                  "use an address of the front-end that nodes can reach: a load balancer, a node port's machine"));
    };
    if (!is_host(address))
        error(fmt::format("{} is neither a name nor an address", address));
    else if (is_loopback(address) || is_wildcard(address))
        error(fmt::format("{} means each node itself there, not this front-end", address));
    else if (is_cluster_name(address))
        error(fmt::format("only pods know the name {}", address));
    else if (is_inside(address, settings.inside_networks))
        error(fmt::format("{} is in frontend.insideNetworks: no node reaches it", address));
}

void check_addresses(Verdict& verdict, const Settings& settings)
{
    if (settings.address.empty()) {
        verdict.errors.push_back(wrong("frontend.address", "it is empty",
                                       "set it to the name or address by which nodes reach this front-end"));
        return;
    }
    check_for_nodes(verdict, settings, "frontend.address", settings.address);
    for (const auto& address : settings.extra_addresses)
        if (!is_host(address))
            verdict.errors.push_back(
                wrong("frontend.extraAddresses", fmt::format("{} is neither a name nor an address", address)));
    for (const auto& network : settings.inside_networks)
        if (!is_network(network))
            verdict.errors.push_back(
                wrong("frontend.insideNetworks", fmt::format("{} is no network such as 10.42.0.0/16", network)));
    if (!settings.hostname.empty()) check_for_nodes(verdict, settings, "oned.hostname", settings.hostname);
    if (!settings.monitor_address.empty() && settings.monitor_address != "auto")
        check_for_nodes(verdict, settings, "monitoring.address", settings.monitor_address);
    if (settings.monitor_address == "auto" && !settings.inside_networks.empty())
        verdict.warnings.push_back(wrong("monitoring.address",
                                         "auto is where a node's SSH login came from: behind address translation, as "
                                         "in most clusters, that is not this front-end",
                                         "leave it out, or set it to the front-end's address"));
}

void check_listening(Verdict& verdict, const Settings& settings)
{
    const std::vector<std::pair<std::string_view, std::string>> places{
        {"oned.listenAddress", settings.oned_listen},
        {"oned.grpcListenAddress", settings.grpc_listen},
        {"oned.eventsListenAddress", events_listen_of(settings)},
        {"monitoring.listenAddress", monitor_listen_of(settings)},
        {"fireedge.listenAddress", settings.fireedge_listen},
        {"oneflow.listenAddress", settings.oneflow_listen},
        {"onegate.listenAddress", settings.onegate_listen},
        {"oneform.listenAddress", settings.oneform_listen},
        {"oneks.listenAddress", settings.oneks_listen},
        {"guacd.listenAddress", settings.guacd_listen},
        {"enrollment.listenAddress", enrollment_listen_of(settings)}};
    for (const auto& [key, address] : places)
        if (!is_ip(address)) verdict.errors.push_back(wrong(key, fmt::format("{} is no address", address)));
    if (!settings.ipv6 && monitor_listen_of(settings).find(':') != std::string::npos)
        verdict.errors.push_back(wrong("monitoring.listenAddress",
                                       "onemonitord ends at once where it listens on IPv6 and frontend.ipv6 is false",
                                       "use 0.0.0.0"));

    std::map<int, std::string_view> taken;
    const std::vector<std::pair<std::string_view, int>> ports{{"oned.port", settings.oned_port},
                                                              {"oned.grpcPort", settings.grpc_port},
                                                              {"monitoring.port", settings.monitor_port},
                                                              {"fireedge.port", settings.fireedge_port},
                                                              {"oneflow.port", settings.oneflow_port},
                                                              {"onegate.port", settings.onegate_port},
                                                              {"oneform.port", settings.oneform_port},
                                                              {"oneks.port", settings.oneks_port},
                                                              {"guacd.port", settings.guacd_port},
                                                              {"sshd.port", settings.sshd_port},
                                                              {"enrollment.port", settings.enrollment_port}};
    for (const auto& [key, port] : ports) {
        const auto [at, fresh] = taken.emplace(port, key);
        if (!fresh) verdict.errors.push_back(wrong(key, fmt::format("{} is {}, too", port, at->second)));
    }
}

struct Path {  // one service that others reach
    std::string_view key;
    std::string endpoint;
    std::string_view scheme;
    std::string_view listen_key;
    std::string listen;
    int port;
};

/// An endpoint on this machine must be where the service listens; one elsewhere needs a service that listens to others.
void check_endpoints(Verdict& verdict, const Settings& settings)
{
    const std::vector<Path> paths{{"endpoints.oned", oned_endpoint_of(settings), "http", "oned.listenAddress",
                                   settings.oned_listen, settings.oned_port},
                                  {"endpoints.oneflow", oneflow_endpoint_of(settings), "http", "oneflow.listenAddress",
                                   settings.oneflow_listen, settings.oneflow_port},
                                  {"endpoints.oneform", oneform_endpoint_of(settings), "http", "oneform.listenAddress",
                                   settings.oneform_listen, settings.oneform_port},
                                  {"endpoints.events", events_endpoint_of(settings), "tcp", "oned.eventsListenAddress",
                                   events_listen_of(settings), 2101},
                                  {"endpoints.guacd", guacd_endpoint_of(settings), "", "guacd.listenAddress",
                                   settings.guacd_listen, settings.guacd_port}};
    for (const auto& path : paths) {
        const auto endpoint = parse_endpoint(path.endpoint);
        if (!endpoint) {
            verdict.errors.push_back(wrong(path.key, endpoint.error().reason));
            continue;
        }
        const bool scheme_fits =
            endpoint->scheme == path.scheme || (path.scheme == "http" && endpoint->scheme == "https");
        if (!scheme_fits)
            verdict.errors.push_back(wrong(path.key, path.scheme.empty()
                                                         ? "host:port was expected"
                                                         : fmt::format("{}://host:port was expected", path.scheme)));
        else if (is_wildcard(endpoint->host))
            verdict.errors.push_back(wrong(path.key, "nobody connects to the address of every interface",
                                           "use localhost or the service's name"));
        else if (is_loopback(endpoint->host) && endpoint->port != path.port)
            verdict.errors.push_back(wrong(path.key, fmt::format("it says port {}, but the service here listens at {}",
                                                                 endpoint->port, path.port)));
        else if (!is_loopback(endpoint->host) && is_loopback(path.listen))
            verdict.errors.push_back(
                wrong(path.key, fmt::format("{} is {}: nobody reaches it from elsewhere", path.listen_key, path.listen),
                      fmt::format("set {} to 0.0.0.0", path.listen_key)));
    }
}

void check_proxies(Verdict& verdict, const Settings& settings)
{
    std::map<int, int> services;
    for (const auto& proxy : proxies_of(settings)) {
        if (++services[proxy.service_port] == 2)
            verdict.errors.push_back(
                wrong("network.tproxy",
                      fmt::format("servicePort {} stands twice: OpenNebula takes the first", proxy.service_port)));
        const std::string_view key = "network.tproxy (or onegate.proxy.address)";
        if (!is_at_least(settings, "7.4") && !is_ip4(proxy.remote_address))
            verdict.errors.push_back(
                wrong(key,
                      fmt::format("{} is no IPv4 address: before 7.4 such an entry is left out without a word",
                                  proxy.remote_address),
                      "set onegate.proxy.address to an IPv4 address"));
        else if (is_ip(proxy.remote_address) && !is_ip4(proxy.remote_address))
            verdict.errors.push_back(
                wrong(key, fmt::format("{}: the transparent proxy has no IPv6", proxy.remote_address)));
        else
            check_for_nodes(verdict, settings, key, proxy.remote_address);
    }
    if (settings.onegate_endpoint.empty()) return;
    const auto endpoint = parse_endpoint(settings.onegate_endpoint);
    if (!endpoint || (endpoint->scheme != "http" && endpoint->scheme != "https"))
        verdict.errors.push_back(wrong("onegate.endpoint", "http://host:port was expected"));
    else if (endpoint->host == "169.254.16.9" && !services.contains(endpoint->port))
        verdict.errors.push_back(wrong("onegate.endpoint",
                                       fmt::format("no proxy passes 169.254.16.9:{} on", endpoint->port),
                                       "set onegate.proxy.enabled, or an entry of network.tproxy"));
    else if (endpoint->host != "169.254.16.9" && settings.onegate_proxy)
        verdict.warnings.push_back(wrong("onegate.endpoint",
                                         "guests are told another place than 169.254.16.9, so nobody uses the proxy",
                                         "set onegate.proxy.enabled: false"));
    else if (is_loopback(settings.onegate_listen))
        verdict.errors.push_back(wrong("onegate.listenAddress",
                                       fmt::format("{}: no node reaches OneGate", settings.onegate_listen),
                                       "set it to 0.0.0.0"));
}

void check_database(Verdict& verdict, const Settings& settings)
{
    const bool follows = settings.federation_mode == "SLAVE" || settings.federation_mode == "CACHE";
    if (follows && !parse_endpoint(settings.federation_master))
        verdict.errors.push_back(
            wrong("oned.federation.master",
                  fmt::format("{} needs the master's http://host:port/RPC2", settings.federation_mode)));
    if (settings.monitor_public_key.empty() != settings.monitor_private_key.empty())
        verdict.errors.push_back(wrong("monitoring.publicKey", "both keys are needed, or none"));
    for (const auto& [key, path] :
         {std::pair{"monitoring.publicKey", &settings.monitor_public_key},
          std::pair{"monitoring.privateKey", &settings.monitor_private_key},
          std::pair{"database.credentials.passwordFile", &settings.database_password_file},
          std::pair{"credentials.oneadmin.passwordFile", &settings.oneadmin_password_file},
          std::pair{"credentials.serveradmin.passwordFile", &settings.serveradmin_password_file},
          std::pair{"credentials.oneKey.keyFile", &settings.one_key_file},
          std::pair{"sshd.hostKeyDirectory", &settings.sshd_host_keys}})
        if (!path->empty() && !path->starts_with('/'))
            verdict.errors.push_back(wrong(key, "an absolute path was expected"));
    if (settings.database_backend == "sqlite") return;
    if (settings.database_password_file.empty())
        verdict.errors.push_back(
            wrong("database.credentials.passwordFile", "mysql needs a password, in a file that this names"));
    if (!is_host(settings.database_host))
        verdict.errors.push_back(wrong("database.connection.host",
                                       fmt::format("{} is neither a name nor an address", settings.database_host)));
    for (const auto& [key, text] : {std::pair{"database.connection.name", &settings.database_name},
                                    std::pair{"database.credentials.username", &settings.database_user}})
        if (text->empty()) verdict.errors.push_back(wrong(key, "it is empty"));
}

}  // namespace

Verdict check_settings(const Settings& settings)
{
    Verdict verdict;
    check_addresses(verdict, settings);
    check_listening(verdict, settings);
    check_endpoints(verdict, settings);
    check_database(verdict, settings);
    if (!settings.address.empty()) check_proxies(verdict, settings);
    return verdict;
}

}  // namespace onefrontend::configure
