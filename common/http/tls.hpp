// The TLS policy, in one place: TLS 1.3 only, ALPN onenode/1, our CA by pin, client certificates by our CA.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace one::http {

inline constexpr const char* node_protocol = "onenode/1";
/// So long after its end a client certificate still tells who somebody is; what they may do then, routes decide.
inline constexpr std::chrono::hours lapsed_limit{24 * 90};

struct Identity {  // certificate chain (leaf first, PEM) and its key
    std::string chain_pem{};
    Secret private_key_pem{};
};

struct Trust {          // one of them must be given; with both, both must hold
    std::string pin{};  // base64url SHA-256 of the CA's public key; the chain must contain and end in that CA
    std::string authority_pem{};
};

struct ServerPolicy {
    Identity
        for_nodes{};  // a chain to each CA of ours, one after the other; for ALPN onenode/1 (in lack of the other, for all)
    Identity for_browsers{};             // of the user's own PKI; optional
    std::string client_authority_pem{};  // client certificates are asked for, and must chain to this where shown
};

/// Opaque, so that no header of ours includes OpenSSL or Asio's ssl.
struct TlsContext;
using TlsContextPtr = std::shared_ptr<TlsContext>;  // shared: connections outlive a reload

Result<TlsContextPtr> make_server_tls(const ServerPolicy& policy);
/// `own` is empty before enrollment.
Result<TlsContextPtr> make_client_tls(const Trust& trust, const Identity& own);

}  // namespace one::http
