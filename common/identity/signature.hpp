// Texts signed by a node's key, and texts that only we can have made.
#pragma once

#include "common/result.hpp"
#include "common/secret.hpp"

#include <string>
#include <string_view>

namespace one::identity {

/// ECDSA with SHA-256, DER.
Result<std::string> sign(const Secret& private_key_pem, std::string_view text);
/// Of a SubjectPublicKeyInfo, DER. An error where the signature is not by that key.
Result<> verify_signature(std::string_view public_key_der, std::string_view text, std::string_view signature);

/// HMAC-SHA-256, as hex. Throws where OpenSSL makes none.
std::string mac(const Secret& key, std::string_view text);

}  // namespace one::identity
