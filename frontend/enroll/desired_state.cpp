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
wire::DesiredState what_all_have(const DesiredInputs& inputs, const Override& over)
{
    wire::DesiredState state;
    state.opennebula = inputs.opennebula;
    state.zone = inputs.zone;
    state.repository = repository_of(inputs, over);
    state.oneadmin_keys = inputs.oneadmin_keys;
    state.frontend_known_hosts = inputs.known_hosts;
    state.datastore_location = inputs.datastore_location;
    state.monitor_address = inputs.monitor_address;
    state.monitor_port = inputs.monitor_port;
    state.frontend_addresses = over.frontend_addresses.empty() ? inputs.frontend_addresses : over.frontend_addresses;
    state.frontend_names = inputs.frontend_names;
    state.ssh_authorities = inputs.vouching.authorities;
    state.revoked_host_keys = inputs.vouching.revoked;
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

std::string common_text(const DesiredInputs& inputs, const Override& over, const std::string& neighbours_digest)
{
    auto state = what_all_have(inputs, over);
    state.neighbours = neighbours_digest;
    auto json = wire::Writer::written(state);
    Names own;
    own_fields(own, state);
    for (const auto& name : own.list)
        json.erase(name);
    return text_of(json);
}

std::string version_of(const std::string& own_text, const Written& common)
{
    return one::to_hex(one::sha256(common.digest + own_text));
}

const Written& written_for(const Node& node, const DesiredInputs& inputs)
{
    const auto* over = override_of(node, inputs.overrides);
    return over ? inputs.written_otherwise.at(*over) : inputs.written;
}

void write_common(Written& made, const DesiredInputs& inputs, const Override& over)
{
    made.common = common_text(inputs, over, made.neighbours_digest);
    made.digest = one::to_hex(one::sha256(made.common));
}

bool has_same_neighbours(const DesiredInputs& one, const DesiredInputs& other)
{
    return one.peers == other.peers && one.peer_known_hosts == other.peer_known_hosts;
}

}  // namespace

std::string version_for(const Node& node, const DesiredInputs& inputs)
{
    return version_of(text_of(own_part(node).json), written_for(node, inputs));
}

Written written(const DesiredInputs& inputs, const DesiredInputs& before)
{
    Written made;
    if (before.written.neighbours && has_same_neighbours(inputs, before)) {
        made.neighbours = before.written.neighbours;
        made.neighbours_digest = before.written.neighbours_digest;
    } else {
        const wire::Neighbours neighbours{inputs.peers, inputs.peer_known_hosts};
        made.neighbours = std::make_shared<const std::string>(wire::to_json(neighbours));
        made.neighbours_digest = one::to_hex(one::sha256(*made.neighbours));
    }
    write_common(made, inputs, {});
    return made;
}

std::map<Override, Written> written_otherwise(const DesiredInputs& inputs)
{
    std::map<Override, Written> all;
    for (const auto* group : {&inputs.overrides.clusters, &inputs.overrides.hosts}) {
        for (const auto& [id, over] : *group) {
            if (over == Override{}) continue;
            const auto [made, is_new] = all.try_emplace(over, inputs.written);
            if (is_new) write_common(made->second, inputs, over);
        }
    }
    return all;
}

wire::DesiredState desired_for(const Node& node, const DesiredInputs& inputs)
{
    const auto* over = override_of(node, inputs.overrides);
    auto state = what_all_have(inputs, over ? *over : Override{});
    state.peers = inputs.peers;
    std::erase_if(state.peers, [&node](const auto& peer) { return same_name(peer.name, node.name); });
    state.peer_known_hosts = inputs.peer_known_hosts;
    state.neighbours = inputs.written.neighbours_digest;
    add_own(state, node);
    state.version = version_for(node, inputs);
    return state;
}

std::string desired_text_for(const Node& node, const DesiredInputs& inputs)
{
    auto own = own_part(node);
    const auto& common = written_for(node, inputs);
    own("version", version_of(text_of(own.json), common));
    auto text = text_of(own.json);
    text.back() = ',';  // two objects become one
    return text.append(common.common, 1);
}

}  // namespace onefrontend
