// Private keys (ECDSA P-256) and what is public of them.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <string>
#include <string_view>

namespace one::identity {

/// A new ECDSA P-256 key, PKCS#8 PEM.
Result<Secret> make_private_key();

/// SubjectPublicKeyInfo, DER, of a private key.
Result<std::string> public_key_of(const Secret& private_key_pem);

/// SHA-256 of a SubjectPublicKeyInfo as lower-case hex: how node keys are named in documents and audit.
std::string key_fingerprint(std::string_view public_key_der);

/// SHA-256 of a SubjectPublicKeyInfo as base64url without padding: how a CA is pinned in tokens and --fingerprint.
std::string pin_of_key(std::string_view public_key_der);

}  // namespace one::identity
