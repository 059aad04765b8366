// The node's key and certificate on disk. The key is made here, never leaves, and stays the same until the node leaves:
// a join that was interrupted goes on with the token that this very key has spent.
#pragma once

#include "common/http/tls.hpp"
#include "nodeagent/host/host.hpp"

#include <chrono>
#include <string>

namespace onenode {

struct NodeIdentity {
    one::http::Identity own{};  // certificate chain and key
    std::string authorities{};  // PEM: who may be the front-end
};

/// Reads the key; makes it, and the directories down to it, where there is none.
Result<one::Secret> node_key(Host& host);
Result<> store_certificate(Host& host, const std::string& chain, const std::string& authorities);
/// not_found where the machine never enrolled.
Result<NodeIdentity> load_identity(const HostView& host);
Result<> destroy_identity(Host& host);

struct Validity {
    std::chrono::system_clock::time_point not_before{};
    std::chrono::system_clock::time_point not_after{};
};
Result<Validity> validity_of(const std::string& chain_pem);

}  // namespace onenode
