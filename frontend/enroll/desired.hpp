// What the front-end wants true on its nodes, computed from its own configuration.
#pragma once

#include "common/wire/messages.hpp"
#include "frontend/config.hpp"
#include "frontend/enroll/host_trust.hpp"
#include "frontend/enroll/node.hpp"
#include "frontend/enroll/overrides.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace onefrontend {

/// What all nodes are told, written once for all of them.
struct Written {
    std::string common{};  // JSON: a state without neighbours and without what is a node's own
    std::shared_ptr<const std::string> neighbours{};  // JSON
    std::string neighbours_digest{};
    std::string digest{};  // of all of it
    bool operator==(const Written&) const = default;
};

/// Everything that is the same for all nodes.
struct DesiredInputs {
    std::vector<std::string> oneadmin_keys{};
    std::vector<std::string> known_hosts{};
    std::string monitor_address{};
    int monitor_port = 4124;
    std::vector<std::string> frontend_names{};
    std::vector<std::string> frontend_addresses{};
    std::vector<std::string> closed_networks{};
    std::string datastore_location{};
    std::string opennebula{};  // version
    std::string zone{};
    one::wire::Repository repository{};            // as configured; repository_of() names the release
    std::vector<one::wire::NamedAddress> peers{};  // joined nodes
    std::vector<std::string> peer_known_hosts{};   // pins of the same
    Vouching vouching{};
    Overrides overrides{};
    Written written{};  // of all the rest, as it is published
    std::map<Override, Written> written_otherwise{};
    bool operator==(const DesiredInputs&) const = default;
};

/// For nodes of a front-end of this version; none before oned told it.
one::wire::Repository repository_of(const DesiredInputs& inputs, const Override& over = {});

/// Ten thousand nodes ask for it each minute: no more than what is their own is looked at.
std::string version_for(const Node& node, const DesiredInputs& inputs);
/// With that version.
one::wire::DesiredState desired_for(const Node& node, const DesiredInputs& inputs);
/// The JSON of the same without the neighbours, which this node fetches apart.
std::string desired_text_for(const Node& node, const DesiredInputs& inputs);

/// Neighbours that are the same as before are not written again.
Written written(const DesiredInputs& inputs, const DesiredInputs& before);
/// For each override that there is; with the neighbours that are written already.
std::map<Override, Written> written_otherwise(const DesiredInputs& inputs);

/// Joined nodes under names that may stand in /etc/hosts: no addresses, no dots (a dotted name is for the resolver),
/// none of the front-end's own names.
std::vector<one::wire::NamedAddress> peers_of(const std::vector<Node>& nodes,
                                              const std::vector<std::string>& frontend_names);

struct MonitorEndpoint {  // NETWORK of monitord.conf
    std::string address{};
    int port = 4124;
    bool operator==(const MonitorEndpoint&) const = default;
};
one::Result<MonitorEndpoint> monitor_endpoint(std::string_view monitord_conf);

/// DATASTORE_LOCATION of oned.conf's text; OpenNebula's default where it says nothing.
std::string datastore_location(std::string_view oned_conf);

/// The same of the oned.conf that stands beside monitord.conf.
std::string datastore_location(const Config& config);

/// server_names of the configuration; the machine's own name where it has none.
std::vector<std::string> server_names(const Config& config);

/// Fills what comes from files. Any file that cannot be used is an error: half a desired state is none. But for the
/// repository's key: then it stays the repository that it was.
one::Result<> read_local_inputs(const Config& config, DesiredInputs& inputs);

/// Where the key usually lies that this front-end's own packages were checked with.
std::vector<std::string> usual_signing_keys();

/// The one of the configuration, with the bytes of its key. None where it is switched off, or where no key is named
/// and none is in the usual places.
one::Result<one::wire::Repository> read_repository(const Config& config,
                                                   const std::vector<std::string>& usual_keys = usual_signing_keys());

/// Changes whenever one of those files does.
std::string local_inputs_stamp(const Config& config);

/// Where nodes see us: addresses among the names, and what the other names resolve to; no loopback. Blocks.
std::vector<std::string> resolve_frontend(const std::vector<std::string>& names);

}  // namespace onefrontend
