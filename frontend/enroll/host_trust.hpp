// How SSH recognises a node: its names, the keys that are pinned under them, and the certificates that vouch for those.
#pragma once

#include "common/ssh/public_key.hpp"
#include "frontend/enroll/node.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace onefrontend {

struct Vouching {                            // beside the pins
    std::vector<std::string> authorities{};  // public key lines: what they sign is believed
    std::vector<std::string> revoked{};      // public key lines: not believed, whoever signed them
    bool operator==(const Vouching&) const = default;
};

/// The NAME and the address; what could be taken for a pattern is left out.
std::vector<std::string> ssh_names(const Node& node);
/// And the name that an admin may say yes to: OpenNebula uses it from the moment of the rename on. No certificate has it.
std::vector<std::string> pinned_names(const Node& node);
/// These as known_hosts wants them; sshd on another port is looked up as [name]:port.
std::vector<std::string> known_host_names(const Node& node);

/// What a host certificate of it says: name and address, lower case, as ssh compares them.
std::vector<std::string> principals_of(const Node& node);
/// Its keys that can have one.
std::vector<one::ssh::PublicKey> keys_to_certify(const Node& node);
/// One is missing, is of another authority or other names, or a third of its life is left.
bool needs_host_certificates(const Node& node, const one::ssh::PublicKey& authority,
                             std::chrono::system_clock::time_point now);

/// Pins of joined nodes for the others, none under a name of the front-end. RSA keys are long, and their owners have
/// another one, too: only where they do not, those are pinned.
std::vector<std::string> peer_known_hosts(const std::vector<Node>& nodes,
                                          const std::vector<std::string>& frontend_names);

}  // namespace onefrontend
