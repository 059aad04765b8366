// The node's keys and certificate on disk. A key is made here and never leaves. Until the join is done it stays the
// same: a join that was interrupted goes on with the token that this very key has spent. Each renewal brings a new one.
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
/// The key to renew with; the same one until a renewal with it has come to its end. The front-end takes both meanwhile.
Result<one::Secret> next_key(Host& host);
Result<> store_certificate(Host& host, const std::string& chain, const std::string& authorities);
/// After a renewed certificate is stored: its key takes the place of the old one. Killed before, load_identity knows.
Result<> settle_key(Host& host);
/// The certificate and the key that it is for. not_found where the machine never enrolled.
Result<NodeIdentity> load_identity(const HostView& host);
Result<> destroy_identity(Host& host);

struct Validity {
    std::chrono::system_clock::time_point not_before{};
    std::chrono::system_clock::time_point not_after{};
};
Result<Validity> validity_of(const std::string& chain_pem);

}  // namespace onenode
