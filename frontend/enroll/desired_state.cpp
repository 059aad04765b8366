// The desired state of one node, from what is the same for all: that is written once, and each node's own is put before.
#include "common/text/encoding.hpp"
#include "common/wire/fields.hpp"
#include "common/wire/visit.hpp"
#include "frontend/enroll/desired.hpp"
#include "frontend/enroll/names.hpp"

#include <algorithm>
#include <utility>

namespace onefrontend {
namespace {

namespace wire = one::wire;

/// But the neighbours.
wire::DesiredState what_all_have(const DesiredInputs& inputs)
{
    wire::DesiredState state;
    state.opennebula = inputs.opennebula;
    state.zone = inputs.zone;
    state.repository = repository_of(inputs);
    state.oneadmin_keys = inputs.oneadmin_keys;
    state.frontend_known_hosts = inputs.known_hosts;
    state.datastore_location = inputs.datastore_location;
    state.monitor_address = inputs.monitor_address;
    state.monitor_port = inputs.monitor_port;
    state.frontend_addresses = inputs.frontend_addresses;
    state.frontend_names = inputs.frontend_names;
    state.ssh_authorities = inputs.vouching.authorities;
    return state;
}

/// What is its own, and nothing else.
template <class V>
void own_fields(V& v, wire::DesiredState& state)
{
    v("node_name", state.node_name);
    v("type", state.type);
    v("ssh_host_certificates", state.ssh_host_certificates);
}

void add_own(wire::DesiredState& state, const Node& node)
{
    state.node_name = node.name;
    state.type = node.type;
    state.ssh_host_certificates = node.ssh_host_certificates;
}

struct Names {
    std::vector<std::string> list{"version"};
    void operator()(const char* name, const auto&) { list.emplace_back(name); }
};

std::string text_of(const wire::Json& json)
{
    return json.dump(-1, ' ', false, wire::Json::error_handler_t::replace);
}

wire::Writer own_part(const Node& node)
{
    wire::DesiredState state;
    add_own(state, node);
    wire::Writer writer;
    own_fields(writer, state);
    return writer;
}

std::string common_text(const DesiredInputs& inputs, const std::string& neighbours_digest)
{
    auto state = what_all_have(inputs);
    state.neighbours = neighbours_digest;
    auto json = wire::Writer::written(state);
    Names own;
    own_fields(own, state);
    for (const auto& name : own.list)
        json.erase(name);
    return text_of(json);
}

std::string version_of(const std::string& own_text, const DesiredInputs& inputs)
{
    return one::to_hex(one::sha256(inputs.written.digest + own_text));
}

bool has_same_neighbours(const DesiredInputs& one, const DesiredInputs& other)
{
    return one.peers == other.peers && one.peer_known_hosts == other.peer_known_hosts &&
           one.vouching.revoked == other.vouching.revoked;
}

}  // namespace

std::string version_for(const Node& node, const DesiredInputs& inputs)
{
    return version_of(text_of(own_part(node).json), inputs);
}

Written written(const DesiredInputs& inputs, const DesiredInputs& before)
{
    Written made;
    if (before.written.neighbours && has_same_neighbours(inputs, before)) {
        made.neighbours = before.written.neighbours;
        made.neighbours_digest = before.written.neighbours_digest;
    } else {
        const wire::Neighbours neighbours{inputs.peers, inputs.peer_known_hosts, inputs.vouching.revoked};
        made.neighbours = std::make_shared<const std::string>(wire::to_json(neighbours));
        made.neighbours_digest = one::to_hex(one::sha256(*made.neighbours));
    }
    made.common = common_text(inputs, made.neighbours_digest);
    made.digest = one::to_hex(one::sha256(made.common));
    return made;
}

wire::DesiredState desired_for(const Node& node, const DesiredInputs& inputs)
{
    auto state = what_all_have(inputs);
    state.peers = inputs.peers;
    std::erase_if(state.peers, [&node](const auto& peer) { return same_name(peer.name, node.name); });
    state.peer_known_hosts = inputs.peer_known_hosts;
    state.revoked_host_keys = inputs.vouching.revoked;
    state.neighbours = inputs.written.neighbours_digest;
    add_own(state, node);
    state.version = version_for(node, inputs);
    return state;
}

std::string desired_text_for(const Node& node, const DesiredInputs& inputs)
{
    auto own = own_part(node);
    own("version", version_of(text_of(own.json), inputs));
    auto text = text_of(own.json);
    text.back() = ',';  // two objects become one
    return text.append(inputs.written.common, 1);
}

}  // namespace onefrontend
