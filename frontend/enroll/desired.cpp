// The desired state of one node, from what is the same for all.
#include "frontend/enroll/desired.hpp"

#include "common/text/encoding.hpp"
#include "common/text/number.hpp"
#include "common/wire/repository.hpp"
#include "frontend/enroll/addresses.hpp"
#include "frontend/enroll/attributes.hpp"
#include "frontend/enroll/names.hpp"

#include <algorithm>

namespace onefrontend {

using one::ErrorKind;
using one::Result;

one::wire::Repository repository_of(const DesiredInputs& inputs)
{
    if (inputs.opennebula.empty()) return {};
    auto repository = inputs.repository;
    const auto release = one::wire::release_of(inputs.opennebula);
    for (auto* address : {&repository.apt, &repository.dnf})
        *address = one::wire::filled(std::move(*address), release, {}, {});
    return repository;
}

namespace {

one::wire::DesiredState what_all_have(const DesiredInputs& inputs)
{
    one::wire::DesiredState state;
    state.opennebula = inputs.opennebula;
    state.zone = inputs.zone;
    state.repository = repository_of(inputs);
    state.oneadmin_keys = inputs.oneadmin_keys;
    state.frontend_known_hosts = inputs.known_hosts;
    state.peers = inputs.peers;
    state.datastore_location = inputs.datastore_location;
    state.monitor_address = inputs.monitor_address;
    state.monitor_port = inputs.monitor_port;
    state.frontend_addresses = inputs.frontend_addresses;
    state.frontend_names = inputs.frontend_names;
    state.ssh_authorities = inputs.vouching.authorities;
    state.peer_known_hosts = inputs.peer_known_hosts;
    state.revoked_host_keys = inputs.vouching.revoked;
    return state;
}

void add_own(one::wire::DesiredState& state, const Node& node)
{
    state.node_name = node.name;
    state.type = node.type;
    state.ssh_host_certificates = node.ssh_host_certificates;
}

}  // namespace

std::string version_for(const Node& node, const DesiredInputs& inputs)
{
    one::wire::DesiredState own;
    add_own(own, node);
    return one::to_hex(one::sha256(inputs.digest + one::wire::to_json(own)));
}

std::string digest_of(const DesiredInputs& inputs)
{
    return one::wire::version_of(what_all_have(inputs));
}

one::wire::DesiredState desired_for(const Node& node, const DesiredInputs& inputs)
{
    auto state = what_all_have(inputs);
    std::erase_if(state.peers, [&node](const auto& peer) { return same_name(peer.name, node.name); });
    add_own(state, node);
    state.version = version_for(node, inputs);
    return state;
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
