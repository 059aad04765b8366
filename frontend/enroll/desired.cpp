// What the desired state is made of: the repository, the peers, where monitoring goes.
#include "frontend/enroll/desired.hpp"

#include "common/text/number.hpp"
#include "common/wire/repository.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/attributes.hpp"
#include "frontend/enroll/names.hpp"

#include <algorithm>

namespace onefrontend {

using one::ErrorKind;
using one::Result;

one::wire::Repository repository_of(const DesiredInputs& inputs, const Override& over)
{
    if (inputs.opennebula.empty()) return {};
    auto repository = inputs.repository;
    if (!over.packages_apt.empty()) repository.apt = over.packages_apt;
    if (!over.packages_dnf.empty()) repository.dnf = over.packages_dnf;
    const auto release = one::wire::release_of(inputs.opennebula);
    for (auto* address : {&repository.apt, &repository.dnf})
        *address = one::wire::filled(std::move(*address), release, {}, {});
    return repository;
}

std::vector<one::wire::NamedAddress> peers_of(const std::vector<Node>& nodes,
                                              const std::vector<std::string>& frontend_names)
{
    const auto is_frontend = [&](const std::string& name) {
        return std::ranges::any_of(frontend_names, [&](const std::string& own) { return same_name(own, name); });
    };
    std::vector<one::wire::NamedAddress> peers;
    for (const Node& node : nodes) {
        if (node.phase != Phase::joined || node.banned || node.name.find('.') != std::string::npos ||
            is_frontend(node.name))
            continue;
        peers.push_back({.name = node.name, .address = node.address});
    }
    std::ranges::sort(peers, {}, &one::wire::NamedAddress::name);
    return peers;
}

Result<MonitorEndpoint> monitor_endpoint(std::string_view monitord_conf)
{
    TRY_LET(const auto attributes, parse_attributes(monitord_conf));
    MonitorEndpoint endpoint;
    const Attribute* network = find_attribute(attributes, "NETWORK");
    if (network) {
        endpoint.address = value_in(*network, "MONITOR_ADDRESS");
        // A NETWORK that is there replaces onemonitord's defaults as a whole: without PORT it listens nowhere known.
        const auto port = value_in(*network, "PORT");
        const auto number = one::to_port(port);
        if (!number)
            return one::fail({.kind = ErrorKind::invalid,
                              .thing = "NETWORK",
                              .reason = port.empty() ? "it has no PORT" : "PORT is no port number",
                              .next = "write PORT = \"4124\" into NETWORK of monitord.conf and restart oned",
                              .doing = "use"});
        endpoint.port = *number;
    }
    if (endpoint.address.empty()) endpoint.address = "auto";
    return endpoint;
}

}  // namespace onefrontend
